import type { RequestEvent } from '@sveltejs/kit';
import type { Transaction } from '../db';
import { env } from '../env';
import { refusal } from '../refusal';
import type { PersonalActor } from '../services/actor';
import { recordAudit } from '../services/audit';
import { signUpsAreOpen } from '../switches';

/** What signing in needs to know of an account. */
export interface Account {
	id: string;
	email: string;
	/** Nothing until the first time that somebody shows that the address is theirs. */
	emailVerified: Date | null;
	passwordHash: string | null;
	disabledAt: Date | null;
	deleteAfter: Date | null;
	timeZone: string | null;
}

/** The person as the actor of what they do by signing in. */
export const actorOf = (event: RequestEvent, userId: string): PersonalActor => ({
	kind: 'person',
	userId,
	requestId: event.locals.requestId
});

/**
 * The account of an address whose owner has just shown that it is theirs; a new one if there is none.
 *
 * @throws FORBIDDEN for a new one while sign-ups are closed
 */
export async function accountFor(tx: Transaction, email: string): Promise<string> {
	if (!signUpsAreOpen() && (await tx.user.count({ where: { email } })) === 0) {
		throw refusal('FORBIDDEN', 'signUps.closed');
	}
	const { id } = await tx.user.upsert({
		where: { email },
		create: { email },
		update: {},
		select: { id: true }
	});
	return id;
}

/** Reads an account and holds it until the transaction ends: signing in to one account goes in turn. */
export async function lockAccount(tx: Transaction, userId: string): Promise<Account> {
	const [account] = await tx.$queryRaw<Account[]>`
		SELECT id, email, email_verified_at AS "emailVerified", password_hash AS "passwordHash",
			disabled_at AS "disabledAt", delete_after AS "deleteAfter", time_zone AS "timeZone"
		FROM users WHERE id = ${userId}::uuid FOR UPDATE`;
	if (!account) throw refusal('BAD_REQUEST', 'link.invalid');
	return account;
}

/**
 * The first time that somebody shows that an address is theirs. Whom ADMIN_EMAILS names is an admin from
 * then on: only once, so that a role that was taken away stays away.
 */
export async function welcome(
	tx: Transaction,
	actor: PersonalActor,
	{ id, email }: Account
): Promise<void> {
	const isAdmin = env().ADMIN_EMAILS.includes(email);
	await tx.user.update({
		where: { id },
		data: { emailVerified: new Date(), ...(isAdmin ? { role: 'admin' } : {}) },
		select: { id: true }
	});
	await recordAudit(
		tx,
		actor,
		{ action: 'account.create', targetKind: 'user', targetId: id },
		...(isAdmin
			? [
					{
						action: 'account.role' as const,
						targetKind: 'user',
						targetId: id,
						changed: ['role'],
						details: { role: 'admin', by: 'ADMIN_EMAILS' }
					}
				]
			: [])
	);
}
