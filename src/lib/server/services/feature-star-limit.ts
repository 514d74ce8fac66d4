import { LIMITS } from '$lib/limits';
import type { Transaction } from '../db';
import type { Prisma, Star } from '../prisma/client';

/**
 * Holds ideas' rows until the transaction ends, always in the same order. All of a feature but its texts is read
 * and written under the lock of its idea, so that two requests cannot both take the last place.
 */
export async function lockIdeas(tx: Transaction, ideaIds: string[]): Promise<void> {
	await tx.$queryRaw`
		SELECT id FROM ideas WHERE id = ANY(${ideaIds}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
}

/** The same for one idea. */
export const lockIdea = (tx: Transaction, ideaId: string): Promise<void> => lockIdeas(tx, [ideaId]);

/** Holds ideas and the texts of their features, so that nothing of them changes meanwhile. */
export async function lockIdeasWhole(tx: Transaction, ideaIds: string[]): Promise<void> {
	await lockIdeas(tx, ideaIds);
	await tx.$queryRaw`
		SELECT id FROM features WHERE idea_id = ANY(${ideaIds}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
}

/** The ideas of these features, each once. */
export async function ideasOf(tx: Transaction, where: Prisma.FeatureWhereInput): Promise<string[]> {
	const rows = await tx.feature.findMany({ where, distinct: ['ideaId'], select: { ideaId: true } });
	return rows.map(({ ideaId }) => ideaId);
}

/** How many super-stars the idea has left to give. The caller holds the idea's lock. */
async function superStarsLeft(tx: Transaction, ideaId: string): Promise<number> {
	const given = await tx.feature.count({ where: { ideaId, star: 'super', deletedAt: null } });
	return LIMITS.superStars - given;
}

/** The star to give: a super-star beyond the limit becomes a star. The caller holds the idea's lock. */
export async function featureStarWithinLimit(
	tx: Transaction,
	ideaId: string,
	wanted: Star
): Promise<Star> {
	const [star = wanted] = await featureStarsWithinLimit(tx, ideaId, [wanted]);
	return star;
}

/**
 * The same for several features that count for none yet: the first ones get the super-stars that are left.
 */
export async function featureStarsWithinLimit(
	tx: Transaction,
	ideaId: string,
	wanted: Star[]
): Promise<Star[]> {
	if (!wanted.includes('super')) return wanted;
	let left = await superStarsLeft(tx, ideaId);
	return wanted.map((star) => {
		if (star !== 'super') return star;
		left -= 1;
		return left >= 0 ? 'super' : 'star';
	});
}

/**
 * Demotes the super-stars of features that come back, of whatever ideas, beyond the places that are left. They
 * still count as deleted, and the caller holds the locks of their ideas.
 */
export async function demoteFeaturesBeyondLimit(tx: Transaction, ids: string[]): Promise<void> {
	await tx.$executeRaw`
		UPDATE features AS f SET star = 'star'
		FROM (
			SELECT id, idea_id, row_number() OVER (PARTITION BY idea_id ORDER BY position, id) AS place
			FROM features WHERE id = ANY(${ids}::uuid[]) AND star = 'super'
		) AS back
		WHERE f.id = back.id AND back.place > ${LIMITS.superStars} - (
			SELECT count(*) FROM features AS other
			WHERE other.idea_id = back.idea_id AND other.star = 'super' AND other.deleted_at IS NULL
		)`;
}
