import type { FeatureId, FeatureSelection, PurgeFeature } from '$lib/schemas/features';
import { db, type Transaction } from '../db';
import type { Prisma, Star } from '../prisma/client';
import { fieldRefusal, refusal } from '../refusal';
import { RETENTION } from '../retention';
import { editableFeatures, purgeableFeatures, trashedFeatures } from './access';
import type { Actor, PersonalActor } from './actor';
import { recordAudit, type AuditEvent } from './audit';
import { inBatches, type Purged, type Work } from './batches';
import { demoteFeaturesBeyondLimit, ideasOf, lockIdea, lockIdeas } from './feature-star-limit';
import { lockIdeaOf, whyNotHeld } from './held-features';
import type { Deleted } from './trash';
import { restoreReturnably } from './trash-return';
import { recordUndo } from './undo-actions';

const DAY_MS = 86_400_000;

/** A feature that was moved to the Trash, and the token that brings it back. */
export type DeletedFeature = Deleted & { ideaId: string };

/** Several features that were moved to the Trash, and the token that brings all of them back. */
export interface DeletedFeatures {
	ideaId: string;
	features: { id: string; title: string }[];
	undoToken: string;
	undoExpiresAt: Date;
}

/**
 * Moves a feature to the Trash, from where it can be restored until the purge. Deleting again, because the first
 * answer got lost, gives another token.
 *
 * @throws NOT_FOUND, FORBIDDEN for a member who may only read
 */
export async function deleteFeature(
	actor: PersonalActor,
	{ id }: FeatureId
): Promise<DeletedFeature> {
	return db.$transaction(async (tx) => {
		const ideaId = await lockIdeaOf(tx, actor, id);
		const { features, ...rest } = await moveToTrash(tx, actor, { ideaId, ids: [id] });
		return { title: '', ...features[0], ...rest, id };
	});
}

/** Moves several features of an idea to the Trash. @throws as `deleteFeature` */
export async function deleteFeatures(
	actor: PersonalActor,
	selection: FeatureSelection
): Promise<DeletedFeatures> {
	return db.$transaction(async (tx) => {
		await lockIdea(tx, selection.ideaId);
		return moveToTrash(tx, actor, selection);
	});
}

/** The caller holds the idea's lock. */
async function moveToTrash(
	tx: Transaction,
	actor: PersonalActor,
	selection: FeatureSelection
): Promise<DeletedFeatures> {
	const { ideaId, ids } = selection;
	const now = new Date();
	const named = { id: { in: ids }, ideaId };
	const moved = await tx.feature.updateManyAndReturn({
		where: { ...named, ...editableFeatures(actor) },
		data: { deletedAt: now, undoExpiresAt: new Date(now.valueOf() + RETENTION.trashDays * DAY_MS) },
		select: { id: true }
	});
	const trashed = await tx.feature.findMany({
		where: { ...named, ...trashedFeatures(actor, now) },
		orderBy: [{ position: 'asc' }, { id: 'asc' }],
		select: { id: true, title: true, deletedAt: true, undoExpiresAt: true }
	});
	if (trashed.length < ids.length) throw await whyNotHeld(tx, actor, selection);

	await recordAudit(tx, actor, ...moved.map(({ id }) => about('feature.delete', id)));
	const features = trashed.map(({ id, deletedAt }) => ({ id, deletedAt: deletedAt ?? now }));
	const inverse = { kind: 'feature.delete', features } as const;
	return {
		ideaId,
		features: trashed.map(({ id, title }) => ({ id, title })),
		undoToken: await recordUndo(tx, actor, { ideaId, inverse }),
		undoExpiresAt: trashed.map(({ undoExpiresAt }) => undoExpiresAt ?? now).reduce(earlier)
	};
}

const earlier = (one: Date, other: Date): Date => (one < other ? one : other);

const about = (action: 'feature.delete' | 'feature.restore' | 'feature.purge', id: string) =>
	({ action, targetKind: 'feature', targetId: id }) satisfies AuditEvent;

/** A feature that has come back from the Trash. */
export interface RestoredFeature {
	id: string;
	ideaId: string;
	star: Star;
}

/**
 * Takes features out of the Trash, each to where it stood; super-stars demote where their idea has no room.
 *
 * @param isSo what else must be so of each
 * @returns nothing when one of them is not in the Trash of an idea that the person may change
 */
export async function restoreTrashed(
	tx: Transaction,
	actor: PersonalActor,
	{
		ids,
		isSo
	}: { ids: string[]; isSo?: (feature: { id: string; deletedAt: Date | null }) => boolean }
): Promise<RestoredFeature[] | undefined> {
	const where = { id: { in: ids }, ...trashedFeatures(actor, new Date()) };
	await lockIdeas(tx, await ideasOf(tx, where));
	const trashed = await tx.feature.findMany({ where, select: { id: true, deletedAt: true } });
	if (trashed.length < ids.length || (isSo && !trashed.every(isSo))) return undefined;
	await demoteFeaturesBeyondLimit(tx, ids);
	return tx.feature.updateManyAndReturn({
		where: { id: { in: ids } },
		data: { deletedAt: null, undoExpiresAt: null },
		select: { id: true, ideaId: true, star: true }
	});
}

/** Takes back a deletion, if each of the features is still in the Trash through it. @returns as `restoreTrashed` */
export async function restoreDeletion(
	tx: Transaction,
	actor: PersonalActor,
	features: { id: string; deletedAt: Date }[]
): Promise<RestoredFeature[] | undefined> {
	const deletedAt = new Map(features.map((one) => [one.id, one.deletedAt.valueOf()]));
	return restoreTrashed(tx, actor, {
		ids: features.map(({ id }) => id),
		isSo: (feature) => feature.deletedAt?.valueOf() === deletedAt.get(feature.id)
	});
}

/** Takes a feature out of the Trash; the token sends it back. @throws NOT_FOUND */
export async function restoreFeature(
	actor: PersonalActor,
	{ id }: FeatureId
): Promise<RestoredFeature & { undoToken: string }> {
	return db.$transaction(async (tx) => {
		const done = await restoreReturnably(tx, { actor, ideas: [], features: [id] }, async () => {
			const [feature] = (await restoreTrashed(tx, actor, { ids: [id] })) ?? [];
			return feature;
		});
		if (!done) throw refusal('NOT_FOUND', 'feature.notFound');
		await recordAudit(tx, actor, about('feature.restore', id));
		return { ...done.restored, undoToken: done.undoToken };
	});
}

/**
 * Deletes a feature in the Trash for good.
 *
 * @throws NOT_FOUND, FORBIDDEN for who is not the owner of its idea, BAD_REQUEST when the typed title is not the
 *   feature's
 */
export async function purgeFeature(
	actor: PersonalActor,
	{ id, title }: PurgeFeature
): Promise<FeatureId> {
	await db.$transaction(async (tx) => {
		const now = new Date();
		const where = { id, ...purgeableFeatures(actor, now) };
		const feature = await tx.feature.findFirst({ where, select: { title: true } });
		if (!feature) throw await whyNotPurged(tx, actor, { id, now });
		if (feature.title !== title.normalize('NFC').trim())
			throw fieldRefusal('title', 'feature.titleMismatch');
		const { count } = await tx.feature.deleteMany({ where });
		if (count === 0) throw refusal('NOT_FOUND', 'feature.notFound');
		await recordAudit(tx, actor, about('feature.purge', id));
	});
	return { id };
}

async function whyNotPurged(
	tx: Transaction,
	actor: PersonalActor,
	{ id, now }: { id: string; now: Date }
) {
	const seen = await tx.feature.count({ where: { id, ...trashedFeatures(actor, now) } });
	return seen ? refusal('FORBIDDEN', 'trash.ownerOnly') : refusal('NOT_FOUND', 'feature.notFound');
}

/** Deletes for good the features that have been in the Trash for their time, in batches. */
export function purgeExpiredFeatures(actor: Actor, work: Work): Promise<Purged> {
	return inBatches(work, (limit) =>
		db.$transaction(async (tx) => {
			const rows = await tx.$queryRaw<{ id: string }[]>`
				DELETE FROM features WHERE id IN (
					SELECT id FROM features WHERE deleted_at IS NOT NULL AND undo_expires_at < now()
					LIMIT ${limit} FOR UPDATE SKIP LOCKED
				)
				RETURNING id`;
			await recordAudit(tx, actor, ...rows.map(({ id }) => about('feature.purge', id)));
			return rows.length;
		})
	);
}

/**
 * Deletes the features of ideas that are about to be deleted, in batches: an idea may have a thousand of them, and
 * hundreds of ideas go in one statement.
 *
 * @param which says of which ideas, called `i`
 */
export function emptyIdeas(which: Prisma.Sql, work: Work): Promise<Purged> {
	return inBatches(
		work,
		(limit) => db.$executeRaw`
			DELETE FROM features WHERE id IN (
				SELECT f.id FROM ideas AS i JOIN features AS f ON f.idea_id = i.id
				WHERE ${which}
				LIMIT ${limit} FOR UPDATE OF f SKIP LOCKED
			)`
	);
}
