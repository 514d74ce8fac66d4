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

/** The star to give: a super-star beyond the limit becomes a star. The caller holds the idea's lock. */
export async function featureStarWithinLimit(
	tx: Transaction,
	ideaId: string,
	wanted: Star
): Promise<Star> {
	if (wanted !== 'super') return wanted;
	const given = await tx.feature.count({ where: { ideaId, star: 'super', deletedAt: null } });
	return given < LIMITS.superStars ? 'super' : 'star';
}
