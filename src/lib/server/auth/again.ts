import type { RequestEvent } from '@sveltejs/kit';
import { db } from '../db';
import { enforceLimit } from '../rate-limit';
import { fieldRefusal } from '../refusal';
import { recordAudit } from '../services/audit';
import { actorOf } from './accounts';
import { verifyPassword } from './password';
import type { SignedIn } from './session';
import { refused, startSession } from './start-session';

/**
 * Makes the sign-in of this browser fresh by the person's password. Its session goes on under a new token,
 * so that a copy of the old one does not become fresh with it.
 *
 * @param callbackUrl a path of this site
 * @returns the path to go on to
 * @throws BAD_REQUEST at the field `password`, TOO_MANY_REQUESTS
 */
export async function proveByPassword(
	event: RequestEvent,
	{ user }: SignedIn,
	{ password, callbackUrl }: { password: string; callbackUrl: string }
): Promise<string> {
	await enforceLimit('passwordProof', user.id);
	const account = await db.user.findUnique({
		where: { id: user.id },
		select: { passwordHash: true }
	});
	const stored = account?.passwordHash ?? undefined;
	if (!(await verifyPassword(stored, password)) || !stored) {
		await db.$transaction((tx) =>
			recordAudit(tx, actorOf(event, user.id), refused(user.id, 'password'))
		);
		throw fieldRefusal('password', 'password.wrong');
	}
	return startSession(event, async () => ({
		userId: user.id,
		by: 'password',
		callbackUrl,
		passwordHash: stored
	}));
}
