import type { PurgeSelection, TrashSelection } from '$lib/schemas/trash';
import { db, type Transaction } from '../db';
import type { Star } from '../prisma/client';
import { fieldRefusal, refusal } from '../refusal';
import { inTrashOf, purgeableFeatures, trashedFeatures } from './access';
import type { PersonalActor } from './actor';
import { recordAudit, type AuditEvent } from './audit';
import { ideasOf, lockIdeas } from './feature-star-limit';
import { restoreTrashed, type RestoredFeature } from './feature-trash';
import { restoreIdeas } from './trash';
import { restoreReturnably } from './trash-return';

/** What has come back, each with its star. */
export interface RestoredSelection {
	ideas: { id: string; star: Star }[];
	features: RestoredFeature[];
	/** Sends all of it back to the Trash. */
	undoToken: string;
}

/**
 * Takes ideas and features out of the Trash together, all or none. Stars demote where there is no room.
 *
 * @throws NOT_FOUND when one of them is not in the person's Trash
 */
export async function restoreSelection(
	actor: PersonalActor,
	selection: TrashSelection
): Promise<RestoredSelection> {
	return db.$transaction(async (tx) => {
		const done = await restoreReturnably(tx, { actor, ...selection }, () =>
			restore(tx, actor, selection)
		);
		if (!done) throw refusal('NOT_FOUND', 'trash.gone');
		await recordAudit(tx, actor, ...eventsFor('restore', selection));
		return { ...done.restored, undoToken: done.undoToken };
	});
}

async function restore(tx: Transaction, actor: PersonalActor, selection: TrashSelection) {
	const [ideaIds, featureIds] = [selection.ideas, selection.features];
	const ideas = ideaIds.length > 0 ? await restoreIdeas(tx, actor, { ids: ideaIds }) : [];
	const features =
		featureIds.length > 0 ? await restoreTrashed(tx, actor, { ids: featureIds }) : [];
	return ideas && features && { ideas, features };
}

/**
 * Deletes ideas and features in the Trash for good, all or none.
 *
 * @throws NOT_FOUND when one of them is not in the person's Trash, FORBIDDEN when one is of someone else's idea,
 *   BAD_REQUEST when the typed number is not how many they are
 */
export async function purgeSelection(
	actor: PersonalActor,
	{ count, ...selection }: PurgeSelection
): Promise<TrashSelection> {
	const { ideas, features } = selection;
	if (count !== ideas.length + features.length) throw fieldRefusal('count', 'trash.countMismatch');
	await db.$transaction(async (tx) => {
		await lockIdeas(tx, [...ideas, ...(await ideasOf(tx, { id: { in: features } }))]);
		const purged = await purge(tx, actor, selection);
		if (purged < count) throw await whyNotPurged(tx, actor, features);
		await recordAudit(tx, actor, ...eventsFor('purge', selection));
	});
	return selection;
}

/** What is left of the features could be restored, so they are someone else's to delete; else something is gone. */
async function whyNotPurged(tx: Transaction, actor: PersonalActor, features: string[]) {
	const others = await tx.feature.count({
		where: { id: { in: features }, ...trashedFeatures(actor, new Date()) }
	});
	return others ? refusal('FORBIDDEN', 'trash.ownerOnly') : refusal('NOT_FOUND', 'trash.gone');
}

/** @returns how many were deleted */
async function purge(
	tx: Transaction,
	actor: PersonalActor,
	{ ideas, features }: TrashSelection
): Promise<number> {
	const now = new Date();
	const ofFeatures = await tx.feature.deleteMany({
		where: { id: { in: features }, ...purgeableFeatures(actor, now) }
	});
	const ofIdeas = await tx.idea.deleteMany({
		where: { id: { in: ideas }, ...inTrashOf(actor, now) }
	});
	return ofFeatures.count + ofIdeas.count;
}

const eventsFor = (
	verb: 'restore' | 'purge',
	{ ideas, features }: TrashSelection
): AuditEvent[] => [
	...ideas.map((id) => ({ action: `idea.${verb}`, targetKind: 'idea', targetId: id }) as const),
	...features.map(
		(id) => ({ action: `feature.${verb}`, targetKind: 'feature', targetId: id }) as const
	)
];
