import type { DeletePerson, EndSessions, PersonId, SetRole } from '$lib/schemas/people';
import { db, type Transaction } from '../db';
import { fieldRefusal, refusal } from '../refusal';
import { RETENTION } from '../retention';
import type { PersonalActor } from './actor';
import { recordAudit, type AuditEvent } from './audit';

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
	return db.$transaction(async (tx) => {
		const { count } = await tx.session.deleteMany({ where: { userId: id, id: sessionId } });
		if (count === 0 && (sessionId || !(await exists(tx, id)))) throw notFound();
		await recordAudit(tx, admin, about(id, { action: 'session.end', details: { ended: count } }));
		return { ended: count };
	});
}

/** Keeps a person out, at once: their sessions end in the same moment. @throws NOT_FOUND, FORBIDDEN */
export async function disablePerson(admin: PersonalActor, { id }: PersonId): Promise<PersonId> {
	refuseSelf(admin, id);
	return db.$transaction(async (tx) => {
		const { count } = await tx.user.updateMany({
			where: { id, disabledAt: null },
			data: { disabledAt: new Date() }
		});
		if (count === 0 && !(await exists(tx, id))) throw notFound();
		const { count: ended } = await tx.session.deleteMany({ where: { userId: id } });
		if (count > 0 || ended > 0) {
			await recordAudit(tx, admin, about(id, { action: 'account.disable', details: { ended } }));
		}
		return { id };
	});
}

/** Lets a person in again. @throws NOT_FOUND */
export async function enablePerson(admin: PersonalActor, { id }: PersonId): Promise<PersonId> {
	return db.$transaction(async (tx) => {
		const { count } = await tx.user.updateMany({
			where: { id, disabledAt: { not: null } },
			data: { disabledAt: null }
		});
		if (count === 0 && !(await exists(tx, id))) throw notFound();
		if (count > 0) await recordAudit(tx, admin, about(id, { action: 'account.enable' }));
		return { id };
	});
}

/** Makes a person an admin, or an admin a person like others. @throws NOT_FOUND, FORBIDDEN */
export async function setRole(admin: PersonalActor, { id, role }: SetRole): Promise<PersonId> {
	refuseSelf(admin, id);
	return db.$transaction(async (tx) => {
		const { count } = await tx.user.updateMany({
			where: { id, role: { not: role } },
			data: { role }
		});
		if (count === 0 && !(await exists(tx, id))) throw notFound();
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
 * @throws NOT_FOUND, FORBIDDEN, BAD_REQUEST when the typed address is not theirs
 */
export async function deletePerson(
	admin: PersonalActor,
	{ id, email }: DeletePerson
): Promise<{ id: string; deleteAfter: Date }> {
	refuseSelf(admin, id);
	const deleteAfter = new Date(Date.now() + RETENTION.accountGraceDays * 86_400_000);
	return db.$transaction(async (tx) => {
		const person = await tx.user.findUnique({ where: { id }, select: { email: true } });
		if (!person) throw notFound();
		if (person.email !== email) throw fieldRefusal('email', 'person.addressMismatch');
		const { count } = await tx.user.updateMany({
			where: { id, deleteAfter: null },
			data: { deleteAfter }
		});
		if (count > 0) {
			await tx.session.deleteMany({ where: { userId: id } });
			await recordAudit(tx, admin, about(id, { action: 'account.requestDeletion' }));
		}
		return { id, deleteAfter };
	});
}

const about = (id: string, event: Pick<AuditEvent, 'action' | 'changed' | 'details'>) => ({
	targetKind: 'user',
	targetId: id,
	personId: id,
	...event
});

const exists = async (tx: Transaction, id: string) => (await tx.user.count({ where: { id } })) > 0;

const notFound = () => refusal('NOT_FOUND', 'person.notFound');

function refuseSelf(admin: PersonalActor, id: string): void {
	if (admin.userId === id) throw refusal('FORBIDDEN', 'person.self');
}
