import type { RequestEvent } from '@sveltejs/kit';
import { clientAddress, networkOf } from '../client-address';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import type { Mail } from '../mail/mail';
import { originFor } from '../origin';
import { enforceLimit } from '../rate-limit';
import { deliverOutboxSoon, enqueueMail } from '../services/outbox';
import { signUpsAreOpen } from '../switches';
import { accountFor } from './accounts';
import { createEmailLink, takeEmailLink } from './email-links';
import { countMail } from './mail-limit';
import { signInMail, signUpsClosedMail } from './sign-in-mail';
import { startSession, type Proof } from './start-session';

/**
 * Sends a sign-in link to an address, known or not: what happens, and how long it takes, says
 * nothing about who has an account.
 *
 * @param email already in lower case
 * @param callbackUrl a path of this site
 * @throws TOO_MANY_REQUESTS
 */
export async function requestSignInLink(
	event: RequestEvent,
	{ email, callbackUrl }: { email: string; callbackUrl: string }
): Promise<void> {
	const { delaySeconds } = await countMail(event, email);
	await db.$transaction(async (tx) => {
		const asked = { email, callbackUrl, origin: originFor(event) };
		const { mail, expiresAt } = await composeSignIn(tx, asked);
		await enqueueMail(tx, mail, { delaySeconds, expiresAt });
	});
	defer('send-outbox', deliverOutboxSoon);
}

/**
 * Makes a sign-in link, and the mail that carries it.
 *
 * @param asked whose address, where to go on to, and where this site is
 * @returns the mail, which is for the caller to send, and until when it says something
 */
export async function composeSignIn(
	tx: Transaction,
	{ email, callbackUrl, origin }: { email: string; callbackUrl: string; origin: string }
): Promise<{ mail: Mail; expiresAt: Date }> {
	const isKnown = (await tx.user.count({ where: { email } })) > 0;
	// In every case, so that the work says nothing either; a link that nobody has leads nowhere.
	const { token, expiresAt } = await createEmailLink(tx, {
		purpose: 'sign_in',
		email,
		callbackUrl
	});
	const link = `${origin}/sign-in/confirm?token=${token}`;
	// The page says the same as ever; only the owner of the address learns that sign-ups are closed.
	const mail = isKnown || signUpsAreOpen() ? signInMail(email, link) : signUpsClosedMail(email);
	return { mail, expiresAt };
}

/**
 * Uses a link up and signs this browser in. Whoever is new gets an account.
 *
 * @returns the path to go on to
 * @throws BAD_REQUEST when the link is used, expired or unknown, TOO_MANY_REQUESTS, and FORBIDDEN for an
 * account that is switched off
 */
export async function confirmSignIn(event: RequestEvent, token: string): Promise<string> {
	await enforceLimit('signIn', networkOf(clientAddress(event)));
	return signInBy('link', event, token);
}

/**
 * The same without a limit.
 *
 * @param by `probe` where Coda tries itself: only so its own account gets in
 */
export const signInBy = (
	by: Extract<Proof['by'], 'link' | 'probe'>,
	event: RequestEvent,
	token: string
): Promise<string> =>
	startSession(event, async (tx) => {
		const { email, callbackUrl } = await takeEmailLink(tx, 'sign_in', token);
		return { userId: await accountFor(tx, email), by, callbackUrl };
	});
