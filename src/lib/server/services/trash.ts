import type { IdeaId, PurgeIdea } from '$lib/schemas/ideas';
import { db, type Transaction } from '../db';
import { Prisma, type Star } from '../prisma/client';
import { fieldRefusal, refusal } from '../refusal';
import { RETENTION } from '../retention';
import { inTrashOf, ownedBy, readableBy } from './access';
import type { Actor, PersonalActor } from './actor';
import { recordAudit } from './audit';
import { inBatches, type Purged, type Work } from './batches';
import { lockIdeas } from './feature-star-limit';
import { emptyIdeas } from './feature-trash';
import { demoteBeyondLimit, lockPeople } from './star-limit';
import { restoreReturnably } from './trash-return';
import { recordUndo } from './undo-actions';

const DAY_MS = 86_400_000;

/** An idea that was moved to the Trash, and the token that brings it back. */
export interface Deleted {
	id: string;
	title: string;
	undoToken: string;
	undoExpiresAt: Date;
}

/**
 * Moves an idea to the Trash, from where it can be restored until the purge.
 *
 * @throws NOT_FOUND, FORBIDDEN for a member who is not the owner
 */
export async function deleteIdea(actor: PersonalActor, { id }: IdeaId): Promise<Deleted> {
	const now = new Date();
	return db.$transaction(async (tx) => {
		const [moved] = await tx.idea.updateManyAndReturn({
			where: { id, ...ownedBy(actor) },
			data: {
				deletedAt: now,
				undoExpiresAt: new Date(now.valueOf() + RETENTION.trashDays * DAY_MS)
			},
			select: trashSelect
		});
		if (moved) {
			await recordAudit(tx, actor, { action: 'idea.delete', targetKind: 'idea', targetId: id });
		}
		const idea = moved ?? (await alreadyInTrash(tx, actor, { id, now }));
		const { title, deletedAt, undoExpiresAt } = idea;
		if (!deletedAt || !undoExpiresAt) throw new Error('An idea in the Trash has no time.');
		const inverse = { kind: 'idea.delete', deletedAt: deletedAt.toISOString() } as const;
		const undoToken = await recordUndo(tx, actor, { ideaId: id, inverse });
		return { id, title, undoToken, undoExpiresAt };
	});
}

const trashSelect = {
	id: true,
	title: true,
	deletedAt: true,
	undoExpiresAt: true
} satisfies Prisma.IdeaSelect;

/** Deleting again, because the first answer got lost, gives another token. @throws as deleteIdea */
async function alreadyInTrash(
	tx: Transaction,
	actor: PersonalActor,
	{ id, now }: { id: string; now: Date }
) {
	const idea = await tx.idea.findFirst({
		where: { id, ...inTrashOf(actor, now) },
		select: trashSelect
	});
	if (idea) return idea;
	const readable = await tx.idea.count({ where: { id, ...readableBy(actor) } });
	throw readable ? refusal('FORBIDDEN', 'idea.ownerOnly') : refusal('NOT_FOUND', 'idea.notFound');
}

/**
 * Takes ideas out of the Trash with everything they had; stars demote where there is no room.
 *
 * @param deletedAt the deletion to take back: a later one is not undone by an earlier token
 * @returns the owner's stars of them now, or nothing when one of them is not in their Trash; the transaction is
 *   given up then
 */
export async function restoreIdeas(
	tx: Transaction,
	actor: PersonalActor,
	{ ids, deletedAt }: { ids: string[]; deletedAt?: Date }
): Promise<{ id: string; star: Star }[] | undefined> {
	const inTrash = inTrashOf(actor, new Date());
	const members = await tx.ideaMember.findMany({
		where: { ideaId: { in: ids }, idea: inTrash },
		distinct: ['userId'],
		select: { userId: true }
	});
	if (members.length === 0) return undefined;
	await lockPeople(
		tx,
		members.map(({ userId }) => userId)
	);
	await lockIdeas(tx, ids);
	await demoteBeyondLimit(tx, ...ids);
	const { count } = await tx.idea.updateMany({
		where: { id: { in: ids }, ...inTrash, ...(deletedAt && { deletedAt }) },
		data: { deletedAt: null, undoExpiresAt: null }
	});
	if (count < ids.length) return undefined;
	const own = await tx.ideaMember.findMany({
		where: { userId: actor.userId, ideaId: { in: ids } },
		select: { ideaId: true, star: true }
	});
	return own.map(({ ideaId: id, star }) => ({ id, star }));
}

/** Takes an idea out of the Trash with everything it had; the token sends it back. @throws NOT_FOUND */
export async function restoreIdea(
	actor: PersonalActor,
	{ id }: IdeaId
): Promise<IdeaId & { undoToken: string }> {
	return db.$transaction(async (tx) => {
		const done = await restoreReturnably(tx, { actor, ideas: [id], features: [] }, () =>
			restoreIdeas(tx, actor, { ids: [id] })
		);
		if (!done) throw refusal('NOT_FOUND', 'idea.notFound');
		await recordAudit(tx, actor, { action: 'idea.restore', targetKind: 'idea', targetId: id });
		return { id, undoToken: done.undoToken };
	});
}

/**
 * Deletes an idea in the Trash for good.
 *
 * @throws NOT_FOUND, BAD_REQUEST when the typed title is not the idea's
 */
export async function purgeIdea(actor: PersonalActor, { id, title }: PurgeIdea): Promise<IdeaId> {
	await db.$transaction(async (tx) => {
		const where = { id, ...inTrashOf(actor, new Date()) };
		const idea = await tx.idea.findFirst({ where, select: { title: true } });
		if (!idea) throw refusal('NOT_FOUND', 'idea.notFound');
		if (idea.title !== title.normalize('NFC').trim())
			throw fieldRefusal('title', 'idea.titleMismatch');
		const { count } = await tx.idea.deleteMany({ where });
		if (count === 0) throw refusal('NOT_FOUND', 'idea.notFound');
		await recordAudit(tx, actor, { action: 'idea.purge', targetKind: 'idea', targetId: id });
	});
	return { id };
}

/**
 * Deletes for good what has been in the Trash for its time, in batches, with its members. Whatever
 * was restored in the meantime stays.
 */
export async function purgeExpiredIdeas(actor: Actor, work: Work): Promise<Purged> {
	const isExpired = Prisma.sql`i.deleted_at IS NOT NULL AND i.undo_expires_at < now()`;
	const { more } = await emptyIdeas(isExpired, work);
	if (more) return { deleted: 0, more };
	return inBatches(work, (limit) =>
		db.$transaction(async (tx) => {
			const rows = await tx.$queryRaw<{ id: string }[]>`
				DELETE FROM ideas WHERE id IN (
					SELECT id FROM ideas WHERE deleted_at IS NOT NULL AND undo_expires_at < now()
					LIMIT ${limit} FOR UPDATE SKIP LOCKED
				)
				RETURNING id`;
			await recordAudit(
				tx,
				actor,
				...rows.map(
					({ id }) => ({ action: 'idea.purge', targetKind: 'idea', targetId: id }) as const
				)
			);
			return rows.length;
		})
	);
}
