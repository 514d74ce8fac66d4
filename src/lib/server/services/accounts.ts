import type { RequestDeletion } from '$lib/schemas/account';
import { deletionMail } from '../auth/account-mail';
import { keptMail } from '../auth/notice-mail';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { fieldRefusal } from '../refusal';
import { RETENTION } from '../retention';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { deliverOutboxSoon, enqueueMail } from './outbox';
import { postRelayEventsSoon, revoke } from './relay-events';
import { endSessionsIn } from './session-ends';

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
	const deleteAfter = await db.$transaction(async (tx) => {
		const account = await tx.user.findUniqueOrThrow({
			where: { id: userId },
			select: { id: true, email: true }
		});
		if (account.email !== email) throw fieldRefusal('email', 'account.addressMismatch');
		return beginDeletion(tx, actor, { account, origin });
	});
	defer('send-outbox', deliverOutboxSoon);
	postRelayEventsSoon();
	return { deleteAfter };
}

/**
 * What every deletion of an account begins with, whoever asks for it: the time is set, the browsers are signed
 * out, the links that were sent are used up, and a mail says so. A second time moves and sends nothing.
 *
 * @returns when it goes
 */
export async function beginDeletion(
	tx: Transaction,
	actor: PersonalActor,
	{ account, origin }: { account: { id: string; email: string }; origin: string }
): Promise<Date> {
	const { id, email } = account;
	const after = new Date(Date.now() + RETENTION.accountGraceDays * 86_400_000);
	const [leaving] = await tx.user.updateManyAndReturn({
		where: { id, deleteAfter: null },
		data: { deleteAfter: after },
		select: { id: true, email: true, timeZone: true }
	});
	await endSessionsIn(tx, { userId: id });
	await revoke(tx, { of: 'person', id });
	// A link from before must not take back by accident what was decided now.
	await tx.emailLink.updateMany({
		where: { OR: [{ userId: id }, { email }], usedAt: null },
		data: { usedAt: new Date() }
	});
	if (!leaving) {
		const still = await tx.user.findUniqueOrThrow({
			where: { id },
			select: { deleteAfter: true }
		});
		return still.deleteAfter ?? after;
	}
	await enqueueMail(tx, deletionMail(leaving, after, { origin, byAdmin: actor.userId !== id }));
	await recordAudit(tx, actor, {
		action: 'account.requestDeletion',
		targetKind: 'user',
		targetId: id,
		personId: id
	});
	return after;
}

/**
 * Takes the deletion of an account back, in the transaction of a sign-in.
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
