import type { LinkToken, RequestEmailChange } from '$lib/schemas/account';
import {
	addressTakenMail,
	changeAskedMail,
	changeEmailMail,
	emailChangedMail,
	type MailedAccount
} from '../auth/account-mail';
import { createEmailLink, readEmailLink, takeEmailLink } from '../auth/email-links';
import { isUniqueViolation } from '../database-error';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { readOperator } from '../legal';
import { checkLimit, enforceLimit } from '../rate-limit';
import { fieldRefusal, refusal } from '../refusal';
import { requestOrigin } from '../request-context';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { deliverOutboxSoon, enqueueMail } from './outbox';

/** How long a mail waits to an address that many ask for. */
const HELD_BACK_SECONDS = 120;

/**
 * Sends a link to the address that the caller's account shall go by, and word of it to the present one.
 * For an address that is taken the answer and the work are the same; its owner is told in place of the link.
 *
 * @param origin where the link leads
 * @throws BAD_REQUEST at `email` when it is the present one, TOO_MANY_REQUESTS
 */
export async function requestEmailChange(
	actor: PersonalActor,
	{ email, origin }: RequestEmailChange & { origin: string }
): Promise<{ email: string; expiresAt: Date }> {
	const { userId } = actor;
	await enforceLimit('emailChange', userId);
	const { allowed } = await checkLimit('signInMailAccount', email);
	const expiresAt = await db.$transaction(async (tx) => {
		const present = await lockAddress(tx, userId);
		if (present.email === email) throw fieldRefusal('email', 'email.same');
		const owner = await tx.user.findUnique({ where: { email }, select: { id: true } });
		await tx.emailLink.updateMany({
			where: { userId, purpose: 'change_email', usedAt: null },
			data: { usedAt: new Date() }
		});
		// Nobody ever learns the token of a link to an address that is taken.
		const link = await createEmailLink(tx, { purpose: 'change_email', email, userId });
		const mail = owner
			? addressTakenMail(email, origin)
			: changeEmailMail(email, `${origin}/account/email/confirm?token=${link.token}`);
		await enqueueMail(tx, mail, {
			delaySeconds: allowed ? 0 : HELD_BACK_SECONDS,
			expiresAt: link.expiresAt
		});
		await enqueueMail(tx, changeAskedMail(present, email, { from: requestOrigin(), origin }));
		await recordAudit(tx, actor, {
			action: 'account.requestEmailChange',
			targetKind: 'user',
			targetId: userId
		});
		return link.expiresAt;
	});
	defer('send-outbox', deliverOutboxSoon);
	return { email, expiresAt };
}

/** The address that a link would make the caller's. @throws NOT_FOUND for a link that is not theirs or is dead */
export async function getEmailChange(
	{ userId }: PersonalActor,
	{ token }: LinkToken
): Promise<{ email: string }> {
	const link = await readEmailLink('change_email', token);
	if (link?.userId !== userId) throw refusal('NOT_FOUND', 'link.invalid');
	return { email: link.email };
}

/**
 * Makes the address of a link the caller's. Every other link that could still be used for this account
 * stops working, and the former address is told.
 *
 * @throws NOT_FOUND as above, BAD_REQUEST when the link was used meanwhile, CONFLICT when the address
 *   belongs to somebody else by now
 */
export async function confirmEmailChange(
	actor: PersonalActor,
	{ token }: LinkToken
): Promise<{ email: string }> {
	await getEmailChange(actor, { token });
	try {
		const changed = await db.$transaction((tx) => changeEmail(tx, actor, token));
		defer('send-outbox', deliverOutboxSoon);
		return changed;
	} catch (cause) {
		// Of two people who want one address at the same moment, the database chooses.
		if (isUniqueViolation(cause)) throw refusal('CONFLICT', 'email.taken');
		throw cause;
	}
}

async function changeEmail(tx: Transaction, actor: PersonalActor, token: string) {
	const { userId } = actor;
	const former = await lockAddress(tx, userId);
	const { email } = await takeEmailLink(tx, 'change_email', token);
	await tx.user.update({
		where: { id: userId },
		data: { email, emailVerified: new Date() },
		select: { id: true }
	});
	await tx.emailLink.updateMany({
		where: {
			usedAt: null,
			OR: [{ userId }, { email: former.email }, { email, userId: null }]
		},
		data: { usedAt: new Date() }
	});
	await followTo(tx, former.email, email);
	const circumstances = { from: requestOrigin(), contact: readOperator().contact };
	await enqueueMail(tx, emailChangedMail(former, email, circumstances));
	await recordAudit(tx, actor, {
		action: 'account.changeEmail',
		targetKind: 'user',
		targetId: userId,
		changed: ['email']
	});
	return { email };
}

/** What is kept under the former address goes with the account: nothing else would ever find it again. */
async function followTo(tx: Transaction, former: string, email: string): Promise<void> {
	// What still waits is for the former address; it follows once it has left.
	await tx.outboxMessage.updateMany({
		where: { recipient: former, state: { not: 'pending' } },
		data: { recipient: email }
	});
	await tx.emailLink.deleteMany({ where: { email: former, userId: null } });
	await tx.signInToken.deleteMany({ where: { email: former } });
}

/** The account with its present address, held until the transaction ends: changes of one account go in turn. */
async function lockAddress(tx: Transaction, userId: string) {
	const [account] = await tx.$queryRaw<MailedAccount[]>`
		SELECT id, email, time_zone AS "timeZone" FROM users WHERE id = ${userId}::uuid FOR UPDATE`;
	if (!account) throw refusal('UNAUTHORIZED', 'auth.required');
	return account;
}
