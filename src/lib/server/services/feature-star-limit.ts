import { LIMITS } from '$lib/limits';
import type { Transaction } from '../db';
import type { Star } from '../prisma/client';

/**
 * Holds an idea's row until the transaction ends. Counting features and their super-stars happens under this
 * lock, so that two requests cannot both take the last place.
 */
export async function lockIdea(tx: Transaction, ideaId: string): Promise<void> {
	await tx.$queryRaw`SELECT id FROM ideas WHERE id = ${ideaId}::uuid FOR NO KEY UPDATE`;
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
	if (wanted !== 'super') return wanted;
	return (await superStarsLeft(tx, ideaId)) > 0 ? 'super' : 'star';
}

/**
 * The same for several features that want a star and count for none yet: the first ones get the super-stars that
 * are left. The caller holds the idea's lock.
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
