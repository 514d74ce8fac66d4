import { LIMITS } from '$lib/limits';
import type { Transaction } from '../db';
import { Prisma, type Star } from '../prisma/client';

/**
 * Holds these people's rows until the transaction ends. Counting stars, places and quotas happens
 * under this lock, so that two requests of one person cannot both take the last one.
 */
export async function lockPeople(tx: Transaction, userIds: string[]): Promise<void> {
	const ids = Prisma.join([...new Set(userIds)].map((id) => Prisma.sql`${id}::uuid`));
	await tx.$queryRaw`SELECT id FROM users WHERE id IN (${ids}) ORDER BY id FOR NO KEY UPDATE`;
}

/**
 * How many super-stars a person has given. What lies in the archive or in the Trash counts for none.
 *
 * @param besides ideas that are not counted
 */
export const superStarsGiven = (
	client: Transaction,
	userId: string,
	besides: string[] = []
): Promise<number> =>
	client.ideaMember.count({
		where: {
			...{ userId, star: 'super', archivedAt: null, ideaId: { notIn: besides } },
			idea: { deletedAt: null }
		}
	});

/** The star to give: a super-star beyond the limit becomes a star. The caller holds the lock. */
export async function starWithinLimit(
	tx: Transaction,
	userId: string,
	wanted: Star
): Promise<Star> {
	const [given = wanted] = await starsWithinLimit(tx, userId, [wanted]);
	return given;
}

/** The same for several ideas that count for none yet: the first ones get the super-stars that are left. */
export async function starsWithinLimit(
	tx: Transaction,
	userId: string,
	wanted: Star[]
): Promise<Star[]> {
	if (!wanted.includes('super')) return wanted;
	let left = LIMITS.superStars - (await superStarsGiven(tx, userId));
	return wanted.map((star) => {
		if (star !== 'super') return star;
		left -= 1;
		return left >= 0 ? 'super' : 'star';
	});
}

/**
 * Demotes the super-stars of ideas that come back, for each member who has no room for them; whichever stand
 * first keep theirs. The ideas are still counted as deleted, and the caller holds the locks of all their members.
 * What one has in the archive counts for nothing, and stays as it is.
 */
export async function demoteBeyondLimit(tx: Transaction, ...ideaIds: string[]): Promise<void> {
	await tx.$executeRaw`
		WITH back AS (
			SELECT user_id, idea_id,
				row_number() OVER (PARTITION BY user_id ORDER BY position, idea_id) AS place
			FROM idea_members WHERE idea_id = ANY(${ideaIds}::uuid[]) AND star = 'super'
				AND archived_at IS NULL
		)
		UPDATE idea_members AS m SET star = 'star' FROM back
		WHERE m.user_id = back.user_id AND m.idea_id = back.idea_id
			AND ${LIMITS.superStars} < back.place + (
				SELECT count(*) FROM idea_members AS other
				JOIN ideas ON ideas.id = other.idea_id
				WHERE other.user_id = m.user_id AND other.star = 'super' AND other.archived_at IS NULL
					AND ideas.deleted_at IS NULL
			)`;
}
