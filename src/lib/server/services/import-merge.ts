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

/** Since when something is done that a file only calls done. */
const doneNow = Prisma.sql`to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Since when a feature of the file is done that is new here. */
export const completedAtOf = (item: Prisma.Sql): Prisma.Sql =>
	Prisma.sql`(CASE WHEN ${item}.content ->> 'completedAt' = 'done' THEN coalesce(${item}.updated_at, now())
		ELSE (nullif(${item}.content ->> 'completedAt', 'done'))::timestamptz END)`;
