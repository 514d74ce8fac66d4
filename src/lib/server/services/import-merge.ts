import { Prisma } from '../prisma/client';

/*
 * What a feature is once a file is laid over it. What the file does not mention stays; and its star, since when it
 * is done and the star that it had before fit together whatever of them the file mentions, as after the acts of a
 * person: one that is done has no star, and one that is opened again has the one it had.
 */

/**
 * @param there the feature as it is, as an object of its content
 * @param given the content that the file mentions
 * @returns an expression for the content afterwards
 */
export function featureWith(there: Prisma.Sql, given: Prisma.Sql): Prisma.Sql {
	const isDone = Prisma.sql`(${there} ->> 'completedAt') IS NOT NULL`;
	const becomesDone = Prisma.sql`(CASE WHEN ${given} ? 'completedAt'
		THEN (${given} ->> 'completedAt') IS NOT NULL ELSE ${isDone} END)`;
	const star = Prisma.sql`nullif(${given} ->> 'star', 'none')`;
	return Prisma.sql`(${there} || ${given} || CASE
		WHEN ${becomesDone} THEN jsonb_build_object('star', 'none',
			'completedAt', CASE WHEN NOT ${given} ? 'completedAt' OR ${given} ->> 'completedAt' = 'done'
				THEN coalesce(${there} ->> 'completedAt', ${doneNow}) ELSE ${given} ->> 'completedAt' END,
			'starBeforeDone', coalesce(${given} ->> 'starBeforeDone', ${star},
				CASE WHEN ${isDone} THEN ${there} ->> 'starBeforeDone' ELSE ${there} ->> 'star' END))
		ELSE jsonb_build_object(
			'starBeforeDone', CASE WHEN NOT ${isDone} THEN ${there} ->> 'starBeforeDone' END,
			'star', coalesce(${given} ->> 'star', ${there} ->> CASE WHEN ${isDone} THEN 'starBeforeDone'
				ELSE 'star' END, 'none'))
		END)`;
}

/**
 * What an idea is once a file is laid over it. Of one that a file only calls archived it stays since when it is.
 *
 * @param there the idea as it is, as an object of its content
 * @param given the content that the file mentions
 */
export const ideaWith = (there: Prisma.Sql, given: Prisma.Sql): Prisma.Sql =>
	Prisma.sql`(${there} || ${given} || CASE WHEN ${given} ->> 'archivedAt' = 'done'
		THEN jsonb_build_object('archivedAt', coalesce(${there} ->> 'archivedAt', ${doneNow}))
		ELSE '{}' END)`;

/** Since when something is done that a file only calls done. */
const doneNow = Prisma.sql`to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Since when something of the file is done or archived that is new here. */
export const timeOf = (item: Prisma.Sql, field: 'completedAt' | 'archivedAt'): Prisma.Sql =>
	Prisma.sql`(CASE WHEN ${item}.content ->> ${field} = 'done' THEN coalesce(${item}.updated_at, now())
		ELSE (nullif(${item}.content ->> ${field}, 'done'))::timestamptz END)`;
