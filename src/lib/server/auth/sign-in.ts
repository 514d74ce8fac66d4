import type { RequestEvent } from '@sveltejs/kit';
import { clientAddress, networkOf } from '../client-address';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { log } from '../log';
import { originFor } from '../origin';
import { checkLimit, enforceLimit } from '../rate-limit';
import { recordAudit } from '../services/audit';
import { deliverOutboxSoon, enqueueMail } from '../services/outbox';
import { createEmailLink, takeEmailLink } from './email-links';
import { SESSION_SECONDS, sessionToken, startSession } from './session';
import { signInMail } from './sign-in-mail';
import { hashToken, newToken } from './token';

const HELD_BACK_SECONDS = 120;

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
	const address = networkOf(clientAddress(event));
	await enforceLimit('signInMailAddress', address);
	await enforceLimit('signInMail', email, address);
	const account = await checkLimit('signInMailAccount', email);

	await db.$transaction(async (tx) => {
		const { token, expiresAt } = await createEmailLink(tx, {
			purpose: 'sign_in',
			email,
			callbackUrl
		});
		const link = `${originFor(event)}/sign-in/confirm?token=${token}`;
		await enqueueMail(tx, signInMail(email, link), {
			delaySeconds: account.allowed ? 0 : HELD_BACK_SECONDS,
			expiresAt
		});
	});
	defer('send-outbox', deliverOutboxSoon);
}

/**
 * Uses a link up and signs this browser in, with a new session in place of any it had. Whoever is
 * new gets an account.
 *
 * @returns the path to go on to
 * @throws BAD_REQUEST when the link is used, expired or unknown, TOO_MANY_REQUESTS
 */
export async function confirmSignIn(event: RequestEvent, token: string): Promise<string> {
	await enforceLimit('signIn', networkOf(clientAddress(event)));
	const replaced = sessionToken(event);
	const newSession = newToken();
	const { userId, callbackUrl } = await db.$transaction(async (tx) => {
		const used = await takeEmailLink(tx, 'sign_in', token);
		const userId = await accountFor(tx, used.email);
		if (replaced) await tx.session.deleteMany({ where: { sessionToken: hashToken(replaced) } });
		await tx.session.create({
			data: {
				userId,
				sessionToken: hashToken(newSession),
				expires: new Date(Date.now() + SESSION_SECONDS * 1_000)
			},
			select: { id: true }
		});
		await recordAudit(
			tx,
			{ kind: 'person', userId, requestId: event.locals.requestId },
			{ action: 'session.create', targetKind: 'user', targetId: userId }
		);
		return { userId, callbackUrl: used.callbackUrl };
	});
	startSession(event, newSession);
	log('info', 'User signed in', { userId });
	return callbackUrl;
}

/** The account of an address whose owner has just shown that it is theirs. */
async function accountFor(tx: Transaction, email: string): Promise<string> {
	const { id } = await tx.user.upsert({
		where: { email },
		create: { email, emailVerified: new Date() },
		update: { emailVerified: new Date() },
		select: { id: true }
	});
	return id;
}
