import * as z from 'zod';
import { hashToken, newToken } from '../auth/token';
import { db, type Transaction } from '../db';
import { refusal } from '../refusal';
import { RETENTION } from '../retention';
import type { PersonalActor } from './actor';
import { inBatches, type Purged, type Work } from './batches';
import { Inverse } from './undo-inverses';

/**
 * Keeps the inverse of an action, in its transaction.
 *
 * @param ideaId the idea that it was about, where it was one
 * @returns the token that undoes it, shown once
 */
export async function recordUndo(
	tx: Transaction,
	actor: PersonalActor,
	{ ideaId, inverse }: { ideaId?: string; inverse: Inverse }
): Promise<string> {
	const token = newToken();
	await tx.undoAction.create({
		data: {
			userId: actor.userId,
			ideaId,
			kind: inverse.kind,
			inverse: z.encode(Inverse, inverse),
			tokenHash: hashToken(token),
			expiresAt: new Date(Date.now() + RETENTION.undoDays * 86_400_000)
		},
		select: { id: true }
	});
	return token;
}

/** Uses up a token, in one statement. @throws NOT_FOUND when it is unknown, used, too old or not theirs */
export async function takeUndo(
	tx: Transaction,
	actor: PersonalActor,
	token: string
): Promise<{ ideaId: string | null; inverse: Inverse }> {
	const now = new Date();
	const [action] = await tx.undoAction.updateManyAndReturn({
		where: {
			tokenHash: hashToken(token),
			userId: actor.userId,
			usedAt: null,
			expiresAt: { gt: now }
		},
		data: { usedAt: now },
		select: { ideaId: true, inverse: true }
	});
	if (!action) throw refusal('NOT_FOUND', 'undo.expired');
	const inverse = Inverse.safeParse(action.inverse);
	// Another release kept it otherwise.
	if (!inverse.success) throw refusal('NOT_FOUND', 'undo.expired');
	return { ideaId: action.ideaId, inverse: inverse.data };
}

/** Forgets the inverses that nobody can use any more. */
export function purgeUndoActions(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM undo_actions WHERE id IN (
				SELECT id FROM undo_actions WHERE expires_at < now() LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}
