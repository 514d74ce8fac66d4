import { Prisma } from '../prisma/client';

/** How much of an idea's plan is done, of the features that the person may see. */
export interface Progress {
	done: number;
	total: number;
}

/** An idea without a plan. */
export const NO_PROGRESS: Progress = { done: 0, total: 0 };

/**
 * A join that adds `done` and `total` to each row of a statement as `progress`. The rows should be few: it counts
 * for each of them.
 *
 * @param ideaId the column with the idea
 * @param role the column with the person's role in it
 */
export const joinProgress = (ideaId: Prisma.Sql, role: Prisma.Sql): Prisma.Sql => Prisma.sql`
	LEFT JOIN LATERAL (
		SELECT count(f.completed_at)::int AS done, count(*)::int AS total
		FROM features AS f
		WHERE f.idea_id = ${ideaId} AND f.deleted_at IS NULL
			AND (f.visibility = 'inherit' OR ${role} IN ('owner', 'editor'))
	) AS progress ON true`;
