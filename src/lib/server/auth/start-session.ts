import type { RequestEvent } from '@sveltejs/kit';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { log } from '../log';
import { originFor } from '../origin';
import { refusal } from '../refusal';
import { originOfRequest } from '../request-origin';
import { recordAudit, type AuditEvent } from '../services/audit';
import { deliverOutboxSoon, enqueueMail } from '../services/outbox';
import { keepAccount } from '../services/accounts';
import { PROBE_ID } from '../services/probe-identity';
import { postRelayEventsSoon } from '../services/relay-events';
import { endSessionsIn } from '../services/session-ends';
import { actorOf, lockAccount, welcome } from './accounts';
import { browserToken, rememberBrowser, writeBrowserCookie } from './known-browser';
import { newBrowserMail } from './notice-mail';
import { SESSION_SECONDS, sessionToken, writeSessionCookie } from './session';
import { hashToken, newToken } from './token';

/** That somebody has just shown who they are, and how. */
export interface Proof {
	userId: string;
	by: 'link' | 'password' | 'sign-up' | 'reset' | 'probe';
	/** A path of this site to go on to. */
	callbackUrl: string;
	/** The password that was verified; if it is another one by now, it proves nothing. */
	passwordHash?: string;
}

/** Where somebody who took back the deletion of their account hears of it. */
const KEPT = '/sign-in/kept';

/**
 * The one way in. Signs this browser in after a proof, in the transaction of that proof, with a new token
 * whatever the browser brought: a session that somebody else put there is worth nothing afterwards.
 * Whoever is signed in here already keeps their session, which becomes fresh.
 *
 * @param prove uses up what proves it, and throws where it proves nothing
 * @returns the path to go on to
 * @throws FORBIDDEN for an account that is switched off, and what `prove` throws
 */
export async function startSession(
	event: RequestEvent,
	prove: (tx: Transaction) => Promise<Proof>
): Promise<string> {
	const tokens = { session: newToken(), browser: browserToken(event) };
	const outcome = await db.$transaction(async (tx) => {
		const proof = await prove(tx);
		const account = await lockAccount(tx, proof.userId);
		const actor = actorOf(event, account.id);
		if (proof.passwordHash !== undefined && proof.passwordHash !== account.passwordHash) {
			throw refusal('CONFLICT', 'password.changed');
		}
		// Nobody is the account with which Coda tries itself, whatever they can show.
		const isOwn = account.id === PROBE_ID;
		if (account.disabledAt || isOwn !== (proof.by === 'probe')) {
			// What proved it is used up, and the attempt stands in the trail: so this commits.
			await recordAudit(tx, actor, refused(account.id, 'disabled'));
			return { disabled: true as const };
		}
		const isFirst = !account.emailVerified;
		if (isFirst) await welcome(tx, actor, account);
		if (account.deleteAfter) await keepAccount(tx, actor);
		const session = { userId: account.id, token: tokens.session, by: proof.by };
		const wasHere = await openSession(event, tx, session);
		const isKnown = await rememberBrowser(tx, account.id, tokens.browser);
		// A reset has a mail of its own, which says as much.
		if (!isKnown && !wasHere && !isFirst && proof.by !== 'reset') {
			const mail = newBrowserMail(account, originOfRequest(event), originFor(event));
			await enqueueMail(tx, mail);
		}
		return { ...proof, kept: account.deleteAfter !== null };
	});
	defer('send-outbox', deliverOutboxSoon);
	postRelayEventsSoon();
	if ('disabled' in outcome) throw refusal('FORBIDDEN', 'signIn.disabled');
	writeSessionCookie(event, tokens.session);
	writeBrowserCookie(event, tokens.browser);
	log(outcome.by === 'probe' ? 'debug' : 'info', 'User signed in', {
		userId: outcome.userId,
		by: outcome.by
	});
	if (!outcome.kept) return outcome.callbackUrl;
	return `${KEPT}?callbackUrl=${encodeURIComponent(outcome.callbackUrl)}`;
}

/** What the trail says of an attempt to sign in that was turned away. */
export const refused = (userId: string, why: 'disabled' | 'password'): AuditEvent => ({
	action: 'session.refuse',
	targetKind: 'user',
	targetId: userId,
	outcome: 'refused',
	details: { why }
});

/** Puts the session into the place of any that this browser had. @returns whether that was the person's own */
async function openSession(
	event: RequestEvent,
	tx: Transaction,
	{ userId, token, by }: { userId: string; token: string; by: Proof['by'] }
): Promise<boolean> {
	const now = new Date();
	const data = {
		sessionToken: hashToken(token),
		expires: new Date(now.valueOf() + SESSION_SECONDS * 1_000),
		authenticatedAt: now,
		lastSeenAt: now,
		...originOfRequest(event)
	};
	const brought = sessionToken(event);
	const place = brought && { sessionToken: hashToken(brought) };
	const [renewed] = place
		? await tx.session.updateManyAndReturn({
				where: { ...place, userId, expires: { gt: now } },
				data,
				select: { id: true }
			})
		: [];
	if (place && !renewed) await endSessionsIn(tx, place);
	const session =
		renewed ?? (await tx.session.create({ data: { ...data, userId }, select: { id: true } }));
	await recordAudit(tx, actorOf(event, userId), {
		action: renewed ? 'session.renew' : 'session.create',
		targetKind: 'session',
		targetId: session.id,
		details: { by }
	});
	return renewed !== undefined;
}
