import type { DeletePerson, EndSessions, PersonId, SetRole } from '$lib/schemas/people';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { fieldRefusal, refusal } from '../refusal';
import { exportAccount } from './account-export';
import { beginDeletion } from './accounts';
import type { PersonalActor } from './actor';
import { recordAudit, type AuditEvent } from './audit';
import { deliverOutboxSoon } from './outbox';
import { PROBE_ID } from './probe-identity';
import { postRelayEventsSoon, revoke } from './relay-events';
import { endSessionsIn } from './session-ends';
import { lockPeople } from './star-limit';

/*
 * What an admin does to somebody else's account. Each act stands in the audit trail of both. Nobody
 * does it to themselves: the last admin could lock everyone out, and their own pages are elsewhere.
 */

/** How many sessions ended. */
export interface Ended {
	ended: number;
}

/** Ends one session of a person, or all. @throws NOT_FOUND for a person or session that is not there */
export async function endSessions(
	admin: PersonalActor,
	{ id, sessionId }: EndSessions
): Promise<Ended> {
	const ended = await db.$transaction(async (tx) => {
		if (!(await exists(tx, id))) throw notFound();
		const ended = await endSessionsIn(tx, { userId: id, id: sessionId });
		if (ended === 0 && sessionId) throw notFound();
		await recordAudit(tx, admin, about(id, { action: 'session.end', details: { ended } }));
		return ended;
	});
	postRelayEventsSoon();
	return { ended };
}

/** Keeps a person out, at once: their sessions end in the same moment. @throws NOT_FOUND, FORBIDDEN */
export async function disablePerson(admin: PersonalActor, { id }: PersonId): Promise<PersonId> {
	refuseSelf(admin, id);
	const disabled = await asAdmin(admin, id, async (tx) => {
		const { count } = await tx.user.updateMany({
			where: { id, disabledAt: null },
			data: { disabledAt: new Date() }
		});
		const ended = await endSessionsIn(tx, { userId: id });
		await revoke(tx, { of: 'person', id });
		if (count > 0 || ended > 0) {
			await recordAudit(tx, admin, about(id, { action: 'account.disable', details: { ended } }));
		}
		return { id };
	});
	postRelayEventsSoon();
	return disabled;
}

/**
 * Lets a person in again.
 *
 * @throws NOT_FOUND, CONFLICT when the grace of the account is over: part of it may be gone already
 */
export async function enablePerson(admin: PersonalActor, { id }: PersonId): Promise<PersonId> {
	return asAdmin(admin, id, async (tx) => {
		// By the clock of the database, as the deletion goes by it.
		const count = await tx.$executeRaw`
			UPDATE users SET disabled_at = NULL, updated_at = now()
			WHERE id = ${id}::uuid AND disabled_at IS NOT NULL
				AND (delete_after IS NULL OR delete_after > now())`;
		if (count > 0) await recordAudit(tx, admin, about(id, { action: 'account.enable' }));
		else if ((await tx.user.count({ where: { id, disabledAt: { not: null } } })) > 0) {
			throw refusal('CONFLICT', 'person.graceOver');
		}
		return { id };
	});
}

/** Makes a person an admin, or an admin a person like others. @throws NOT_FOUND, FORBIDDEN */
export async function setRole(admin: PersonalActor, { id, role }: SetRole): Promise<PersonId> {
	refuseSelf(admin, id);
	return asAdmin(admin, id, async (tx) => {
		const { count } = await tx.user.updateMany({
			where: { id, role: { not: role } },
			data: { role }
		});
		if (count > 0) {
			await recordAudit(
				tx,
				admin,
				about(id, { action: 'account.role', changed: ['role'], details: { role } })
			);
		}
		return { id };
	});
}

/**
 * Begins the deletion of an account, as the person could themselves: their sessions end, and after the
 * grace everything of theirs is gone. Signing in before takes it back.
 *
 * @param origin where the mail to the person leads
 * @throws NOT_FOUND, FORBIDDEN, BAD_REQUEST when the typed address is not theirs
 */
export async function deletePerson(
	admin: PersonalActor,
	{ id, email, origin }: DeletePerson & { origin: string }
): Promise<{ id: string; deleteAfter: Date }> {
	refuseSelf(admin, id);
	const deleteAfter = await asAdmin(admin, id, async (tx) => {
		const account = await tx.user.findUniqueOrThrow({
			where: { id },
			select: { id: true, email: true }
		});
		if (account.email !== email) throw fieldRefusal('email', 'person.addressMismatch');
		return beginDeletion(tx, admin, { account, origin });
	});
	defer('send-outbox', deliverOutboxSoon);
	postRelayEventsSoon();
	return { id, deleteAfter };
}

/** Everything that is kept about a person, for whoever asked an admin for it. @throws NOT_FOUND, TOO_MANY_REQUESTS */
export async function exportPerson(
	admin: PersonalActor,
	{ id }: PersonId
): Promise<AsyncGenerator<string>> {
	if (!(await exists(db, id))) throw notFound();
	return exportAccount(admin, { userId: id });
}

/**
 * Runs an act of an admin on somebody, with both rows held: of two admins who remove each other at the same
 * moment, the second is one no more.
 *
 * @throws NOT_FOUND for whoever is no admin any more, and for a person who is not there
 */
async function asAdmin<Result>(
	{ userId }: PersonalActor,
	id: string,
	act: (tx: Transaction) => Promise<Result>
): Promise<Result> {
	return db.$transaction(async (tx) => {
		await lockPeople(tx, [userId, id]);
		const stillAdmin = { id: userId, role: 'admin', disabledAt: null, deleteAfter: null } as const;
		if ((await tx.user.count({ where: stillAdmin })) === 0) {
			throw refusal('NOT_FOUND', 'page.notFound');
		}
		if (!(await exists(tx, id))) throw notFound();
		return act(tx);
	});
}

const about = (id: string, event: Pick<AuditEvent, 'action' | 'changed' | 'details'>) => ({
	targetKind: 'user',
	targetId: id,
	personId: id,
	...event
});

const exists = async (tx: Pick<Transaction, 'user'>, id: string) =>
	id !== PROBE_ID && (await tx.user.count({ where: { id } })) > 0;

const notFound = () => refusal('NOT_FOUND', 'person.notFound');

function refuseSelf(admin: PersonalActor, id: string): void {
	if (admin.userId === id) throw refusal('FORBIDDEN', 'person.self');
}
