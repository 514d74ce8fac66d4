import type { RequestEvent } from '@sveltejs/kit';
import { clientAddress, networkOf } from '../client-address';
import { db } from '../db';
import { defer } from '../defer';
import { originFor } from '../origin';
import { enforceLimit } from '../rate-limit';
import { refusal } from '../refusal';
import { deliverOutboxSoon, enqueueMail } from '../services/outbox';
import { replacePassword } from '../services/passwords';
import { actorOf } from './accounts';
import { createEmailLink, readEmailLink, takeEmailLink } from './email-links';
import { countMail } from './mail-limit';
import { hashPassword } from './password';
import { refuseGuessable } from './password-rules';
import { noAccountMail, resetMail } from './sign-in-mail';
import { startSession } from './start-session';

/**
 * Sends a mail to whoever forgot their password. The answer and the work are the same for every address;
 * where there is no account, the mail says so and its link is never sent.
 *
 * @param email already in lower case
 * @throws TOO_MANY_REQUESTS
 */
export async function requestPasswordReset(
	event: RequestEvent,
	{ email, callbackUrl }: { email: string; callbackUrl: string }
): Promise<void> {
	const { delaySeconds } = await countMail(event, email);
	await db.$transaction(async (tx) => {
		const account = await tx.user.findUnique({ where: { email }, select: { id: true } });
		const { token, expiresAt } = await createEmailLink(tx, {
			purpose: 'reset_password',
			email,
			userId: account?.id,
			callbackUrl
		});
		const origin = originFor(event);
		const mail = account
			? resetMail(email, `${origin}/sign-in/reset?token=${token}`)
			: noAccountMail(email, `${origin}/sign-up`);
		await enqueueMail(tx, mail, { delaySeconds, expiresAt });
	});
	defer('send-outbox', deliverOutboxSoon);
}

/**
 * Uses the link of such a mail up and stores the new password. All sessions end; this browser gets a new one.
 *
 * @returns the path to go on to
 * @throws BAD_REQUEST when the link does not work or the password is not good enough, which leaves the link
 * as it was; TOO_MANY_REQUESTS; FORBIDDEN for an account that is switched off
 */
export async function resetPassword(
	event: RequestEvent,
	{ token, password }: { token: string; password: string }
): Promise<string> {
	await enforceLimit('signIn', networkOf(clientAddress(event)));
	const link = await readEmailLink('reset_password', token);
	if (!link?.userId) throw refusal('BAD_REQUEST', 'link.invalid');
	await refuseGuessable(password, link.email);
	const next = await hashPassword(password);
	return startSession(event, async (tx) => {
		const { userId, callbackUrl } = await takeEmailLink(tx, 'reset_password', token);
		if (!userId) throw refusal('BAD_REQUEST', 'link.invalid');
		await replacePassword(tx, actorOf(event, userId), { change: 'password.reset', next });
		return { userId, by: 'reset', callbackUrl };
	});
}
