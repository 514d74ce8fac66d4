import type { RequestDeletion } from '$lib/schemas/account';
import { deletionMail } from '../auth/account-mail';
import { keptMail } from '../auth/notice-mail';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { fieldRefusal, refusal } from '../refusal';
import { RETENTION } from '../retention';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { deliverOutboxSoon, enqueueMail } from './outbox';

/**
 * Begins the deletion of the caller's account: every browser is signed out, and after the grace everything
 * is gone. Signing in before takes it back. Asking again changes nothing.
 *
 * @param origin where the mail leads
 * @throws BAD_REQUEST at `email` when the typed address is not the account's
 */
export async function requestDeletion(
	actor: PersonalActor,
	{ email, origin }: RequestDeletion & { origin: string }
): Promise<{ deleteAfter: Date }> {
	const { userId } = actor;
	const after = new Date(Date.now() + RETENTION.accountGraceDays * 86_400_000);
	const outcome = await db.$transaction(async (tx) => {
		const account = await tx.user.findUniqueOrThrow({
			where: { id: userId },
			select: { email: true }
		});
		if (account.email !== email) throw fieldRefusal('email', 'account.addressMismatch');
		const [leaving] = await tx.user.updateManyAndReturn({
			where: { id: userId, deleteAfter: null },
			data: { deleteAfter: after },
			select: { id: true, email: true, timeZone: true }
		});
		await tx.session.deleteMany({ where: { userId } });
		// A link from before must not take back by accident what was decided now.
		await tx.emailLink.updateMany({
			where: { OR: [{ userId }, { email }], usedAt: null },
			data: { usedAt: new Date() }
		});
		if (!leaving) return tx.user.findUniqueOrThrow({ where: { id: userId }, select: stillUntil });
		await enqueueMail(tx, deletionMail(leaving, after, origin));
		await recordAudit(tx, actor, {
			action: 'account.requestDeletion',
			targetKind: 'user',
			targetId: userId
		});
		return { deleteAfter: after };
	});
	defer('send-outbox', deliverOutboxSoon);
	return { deleteAfter: outcome.deleteAfter ?? after };
}

const stillUntil = { deleteAfter: true } as const;

/**
 * Takes the deletion of an account back, in the transaction of a sign-in or of the person's own word.
 *
 * @returns whether there was anything to take back
 */
export async function keepAccount(tx: Transaction, actor: PersonalActor): Promise<boolean> {
	const [kept] = await tx.user.updateManyAndReturn({
		where: { id: actor.userId, deleteAfter: { not: null }, disabledAt: null },
		data: { deleteAfter: null },
		select: { id: true, email: true }
	});
	if (!kept) return false;
	await recordAudit(tx, actor, {
		action: 'account.keep',
		targetKind: 'user',
		targetId: actor.userId
	});
	await enqueueMail(tx, keptMail(kept));
	return true;
}

/** The caller keeps their account after all. @throws NOT_FOUND when it was not going to be deleted */
export async function keepOwnAccount(actor: PersonalActor): Promise<void> {
	const kept = await db.$transaction((tx) => keepAccount(tx, actor));
	if (!kept) throw refusal('NOT_FOUND', 'account.notLeaving');
	defer('send-outbox', deliverOutboxSoon);
}
