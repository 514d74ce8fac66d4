import type { RequestEvent } from '@sveltejs/kit';
import { clientAddress, networkOf } from '../client-address';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { originFor } from '../origin';
import { enforceLimit } from '../rate-limit';
import { fieldRefusal, refusal } from '../refusal';
import { recordAudit } from '../services/audit';
import { deliverOutboxSoon, enqueueMail } from '../services/outbox';
import { replacePassword } from '../services/passwords';
import { signUpsAreOpen } from '../switches';
import { accountFor, actorOf, lockAccount } from './accounts';
import { createEmailLink, readChosenPassword, takeEmailLink } from './email-links';
import { countMail } from './mail-limit';
import { hashPassword, verifyPassword } from './password';
import { refuseGuessable } from './password-rules';
import { accountExistsMail, signUpMail, signUpsClosedMail } from './sign-in-mail';
import { startSession } from './start-session';
import { hashToken } from './token';

/** What the form has. */
interface SignUp {
	/** In lower case. */
	email: string;
	/** Within its limits of length. */
	password: string;
	/** A path of this site to go on to. */
	callbackUrl: string;
}

/**
 * Begins an account with a password. Nothing is made yet: a mail goes to the address, and the password waits
 * in its link. Where there is an account the mail says so; the answer and the work are the same.
 *
 * @throws BAD_REQUEST at `password` when it is easily guessed, TOO_MANY_REQUESTS
 */
export async function requestSignUp(
	event: RequestEvent,
	{ email, password, callbackUrl }: SignUp
): Promise<void> {
	await refuseGuessable(password, email);
	const { delaySeconds } = await countMail(event, email);
	const passwordHash = await hashPassword(password);
	await db.$transaction(async (tx) => {
		const account = await tx.user.findUnique({ where: { email }, select: { id: true } });
		const { token, expiresAt } = await createEmailLink(
			tx,
			account
				? { purpose: 'sign_in', email, callbackUrl }
				: { purpose: 'verify_email', email, callbackUrl, passwordHash }
		);
		const origin = originFor(event);
		const exists = () =>
			accountExistsMail(
				email,
				`${origin}/sign-in/confirm?token=${token}`,
				`${origin}/sign-in/forgot`
			);
		const begun = () =>
			// The page says the same as ever; only the owner of the address learns that sign-ups are closed.
			signUpsAreOpen()
				? signUpMail(email, `${origin}/sign-up/confirm?token=${token}`)
				: signUpsClosedMail(email);
		const mail = account ? exists() : begun();
		await enqueueMail(tx, mail, { delaySeconds, expiresAt });
	});
	defer('send-outbox', deliverOutboxSoon);
}

/**
 * Makes the account, gives it the password that was chosen, and signs this browser in. Whoever opens the mail
 * says the password once more: an account with a password that a stranger chose would be the stranger's.
 *
 * @returns the path to go on to
 * @throws BAD_REQUEST when the link does not work, or at `password` when it is another one, which leaves the
 * link as it was; TOO_MANY_REQUESTS
 */
export async function confirmSignUp(
	event: RequestEvent,
	{ token, password }: { token: string; password: string }
): Promise<string> {
	await enforceLimit('signIn', networkOf(clientAddress(event)));
	await enforceLimit('signUpProof', hashToken(token));
	const chosen = await readChosenPassword(token);
	if (!chosen) throw refusal('BAD_REQUEST', 'link.invalid');
	if (!(await verifyPassword(chosen, password))) {
		throw fieldRefusal('password', 'password.wrongChoice');
	}
	return startSession(event, async (tx) => {
		const { email, callbackUrl } = await takeEmailLink(tx, 'verify_email', token);
		const userId = await accountFor(tx, email);
		await giveChosenPassword(event, tx, { userId, passwordHash: chosen });
		return { userId, by: 'sign-up', callbackUrl };
	});
}

/** An account that came to be in the meantime keeps a password that it has, and is told of its first one. */
async function giveChosenPassword(
	event: RequestEvent,
	tx: Transaction,
	{ userId, passwordHash }: { userId: string; passwordHash: string }
): Promise<void> {
	const actor = actorOf(event, userId);
	const account = await lockAccount(tx, userId);
	if (account.passwordHash) throw refusal('CONFLICT', 'password.exists');
	if (account.emailVerified) {
		const change = 'password.set';
		return replacePassword(tx, actor, { change, previous: null, next: passwordHash });
	}
	await tx.user.update({
		where: { id: userId },
		data: { passwordHash, passwordChangedAt: new Date() },
		select: { id: true }
	});
	await recordAudit(tx, actor, {
		action: 'password.set',
		targetKind: 'user',
		targetId: userId,
		changed: ['password']
	});
}
