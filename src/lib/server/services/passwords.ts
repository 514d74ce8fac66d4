import { hashPassword, verifyPassword } from '../auth/password';
import { passwordMail, type PasswordChange } from '../auth/notice-mail';
import { refuseGuessable } from '../auth/password-rules';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { publicOrigin } from '../origin';
import { enforceLimit } from '../rate-limit';
import { fieldRefusal, refusal } from '../refusal';
import { requestOrigin } from '../request-context';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { deliverOutboxSoon, enqueueMail } from './outbox';
import { postRelayEventsSoon } from './relay-events';
import { endSessionsIn } from './session-ends';

/** The session in which somebody changes their password; it is the one that goes on. */
interface InSession {
	sessionId: string;
}

/** Whether a person has a password, and since when it is this one. */
export interface PasswordState {
	hasPassword: boolean;
	changedAt: Date | null;
}

/** Whether the caller has a password, and since when. */
export async function getPassword({ userId }: PersonalActor): Promise<PasswordState> {
	const { passwordHash, passwordChangedAt } = await accountOf(userId);
	return { hasPassword: passwordHash !== null, changedAt: passwordChangedAt };
}

/**
 * Puts another password in the place of the caller's. It is known that it is them by a fresh sign-in, else
 * by the present password.
 *
 * @throws NOT_FOUND without a password, BAD_REQUEST at `current` or `password`, FORBIDDEN when neither
 * proof is there, CONFLICT when it was changed meanwhile, TOO_MANY_REQUESTS
 */
export async function changePassword(
	actor: PersonalActor,
	input: InSession & { password: string; current?: string; isFresh: boolean }
): Promise<PasswordState> {
	const { email, passwordHash } = await accountOf(actor.userId);
	if (!passwordHash) throw refusal('NOT_FOUND', 'password.none');
	if (input.current !== undefined) {
		await enforceLimit('passwordProof', actor.userId);
		if (!(await verifyPassword(passwordHash, input.current))) {
			await db.$transaction((tx) =>
				recordAudit(tx, actor, {
					action: 'session.refuse',
					targetKind: 'user',
					targetId: actor.userId,
					outcome: 'refused',
					details: { why: 'password' }
				})
			);
			throw fieldRefusal('current', 'password.wrong');
		}
	} else if (!input.isFresh) {
		throw refusal('FORBIDDEN', 'auth.fresh');
	}
	await refuseGuessable(input.password, email);
	return replaceOwn(actor, 'password.change', {
		previous: passwordHash,
		next: await hashPassword(input.password),
		keepSession: input.sessionId
	});
}

/** Gives the caller a first password. @throws CONFLICT when there is one, BAD_REQUEST at `password` */
export async function setPassword(
	actor: PersonalActor,
	{ password, sessionId }: InSession & { password: string }
): Promise<PasswordState> {
	const { email, passwordHash } = await accountOf(actor.userId);
	if (passwordHash) throw refusal('CONFLICT', 'password.exists');
	await refuseGuessable(password, email);
	return replaceOwn(actor, 'password.set', {
		previous: null,
		next: await hashPassword(password),
		keepSession: sessionId
	});
}

/** Takes the caller's password away: links by mail remain. @throws NOT_FOUND without one, CONFLICT */
export async function removePassword(
	actor: PersonalActor,
	{ sessionId }: InSession
): Promise<PasswordState> {
	const { passwordHash } = await accountOf(actor.userId);
	if (!passwordHash) throw refusal('NOT_FOUND', 'password.none');
	return replaceOwn(actor, 'password.remove', {
		previous: passwordHash,
		next: null,
		keepSession: sessionId
	});
}

const accountOf = (id: string) =>
	db.user.findUniqueOrThrow({
		where: { id },
		select: { email: true, passwordHash: true, passwordChangedAt: true }
	});

async function replaceOwn(
	actor: PersonalActor,
	change: PasswordChange,
	replacement: Replacement
): Promise<PasswordState> {
	await db.$transaction((tx) => replacePassword(tx, actor, { change, ...replacement }));
	defer('send-outbox', deliverOutboxSoon);
	postRelayEventsSoon();
	return { hasPassword: replacement.next !== null, changedAt: new Date() };
}

/** What comes in the place of what. */
interface Replacement {
	/** What it must still be, as a hash, or nothing; left out where another proof is stronger. */
	previous?: string | null;
	next: string | null;
	/** The session that goes on. */
	keepSession?: string;
}

/**
 * Stores another password, or none. All other sessions of the person end, links that were sent before stop
 * working, and a mail tells of it.
 *
 * @throws CONFLICT when the password is not what it was any more
 */
export async function replacePassword(
	tx: Transaction,
	actor: PersonalActor,
	{ change, previous, next, keepSession }: Replacement & { change: PasswordChange }
): Promise<void> {
	// First the account, so that a sign-in with the old password has ended or finds the new one.
	const [account] = await tx.user.updateManyAndReturn({
		where: { id: actor.userId, passwordHash: previous },
		data: { passwordHash: next, passwordChangedAt: new Date() },
		select: { id: true, email: true, timeZone: true }
	});
	if (!account) throw refusal('CONFLICT', 'password.changed');
	const ended = await endSessionsIn(tx, {
		userId: actor.userId,
		id: keepSession && { not: keepSession }
	});
	await tx.emailLink.updateMany({
		where: {
			email: account.email,
			purpose: { in: ['sign_in', 'reset_password', 'verify_email'] },
			usedAt: null
		},
		data: { usedAt: new Date() }
	});
	await recordAudit(tx, actor, {
		action: change,
		targetKind: 'user',
		targetId: actor.userId,
		changed: ['password'],
		details: { ended }
	});
	const circumstances = { from: requestOrigin(), origin: publicOrigin() };
	await enqueueMail(tx, passwordMail(account, change, circumstances));
}
