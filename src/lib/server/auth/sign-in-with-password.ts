import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestEvent } from '@sveltejs/kit';
import { clientAddress, networkOf } from '../client-address';
import { db } from '../db';
import { defer } from '../defer';
import { checkLimit, enforceLimit } from '../rate-limit';
import { fieldRefusal } from '../refusal';
import { recordAudit } from '../services/audit';
import { actorOf } from './accounts';
import { hashPassword, isOutdated, verifyPassword } from './password';
import { refused, startSession } from './start-session';

/** How long an answer takes while an account is tried from everywhere. */
const SLOW_MS = 2_000;

/** What the form has. */
interface Attempt {
	/** In lower case. */
	email: string;
	password: string;
	/** A path of this site to go on to. */
	callbackUrl: string;
}

/**
 * Signs this browser in by address and password. An address without an account, one without a password and
 * a wrong password get the same answer after the same work.
 *
 * @returns the path to go on to
 * @throws BAD_REQUEST at the field `password`, TOO_MANY_REQUESTS, and FORBIDDEN for an account that is
 * switched off, which is said to nobody who does not know its password
 */
export async function signInWithPassword(
	event: RequestEvent,
	{ email, password, callbackUrl }: Attempt
): Promise<string> {
	await countAttempt(event, email);
	const account = await db.user.findUnique({
		where: { email, emailVerified: { not: null } },
		select: { id: true, passwordHash: true }
	});
	const stored = account?.passwordHash ?? undefined;
	if (!(await verifyPassword(stored, password)) || !account || !stored) {
		// Noted after the answer, so that the answer does not tell by its time that there is an account.
		if (account) defer('note-refusal', () => noteRefusal(event, account.id));
		throw fieldRefusal('password', 'signIn.wrong');
	}
	const better = isOutdated(stored) ? await hashPassword(password) : undefined;
	return startSession(event, async (tx) => {
		if (better) {
			await tx.user.updateMany({
				where: { id: account.id, passwordHash: stored },
				data: { passwordHash: better }
			});
		}
		return { userId: account.id, by: 'password', callbackUrl, passwordHash: better ?? stored };
	});
}

/** One address is refused, for one account and at all; an account that is tried from everywhere gets slow. */
async function countAttempt(event: RequestEvent, email: string): Promise<void> {
	const address = networkOf(clientAddress(event));
	await enforceLimit('signIn', address);
	await enforceLimit('signInPassword', email, address);
	const { allowed } = await checkLimit('signInPasswordAccount', email);
	if (!allowed) await sleep(SLOW_MS);
}

const noteRefusal = (event: RequestEvent, userId: string) =>
	db.$transaction((tx) => recordAudit(tx, actorOf(event, userId), refused(userId, 'password')));
