import { v7 as uuid } from 'uuid';
import type {
	AddIncidentAction,
	AddIncidentNote,
	IncidentId,
	PublishIncident,
	SetIncidentAction
} from '$lib/schemas/incidents';
import { db, type Transaction } from '../db';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { about, notFound, refuseOthers } from './incidents';

/* What is written about an incident: notes, updates for everyone, what to do afterwards. */

/** Writes a note for those who work on it, or an update for the status page. @throws NOT_FOUND */
export function addIncidentNote(
	admin: PersonalActor,
	{ id, text, kind }: AddIncidentNote
): Promise<IncidentId> {
	return db.$transaction(async (tx) => {
		await refuseMissing(tx, id);
		await tx.incidentEntry.create({
			data: { id: uuid(), incidentId: id, kind, text, authorId: admin.userId },
			select: { id: true }
		});
		await recordAudit(tx, admin, about(id, { action: 'incident.addNote', details: { kind } }));
		return { id };
	});
}

/** Puts it on the status page under a name of its own, or takes it off. @throws NOT_FOUND */
export function publishIncident(
	admin: PersonalActor,
	{ id, publicTitle }: PublishIncident
): Promise<IncidentId> {
	return db.$transaction(async (tx) => {
		const { count } = await tx.incident.updateMany({ where: { id }, data: { publicTitle } });
		if (count === 0) throw notFound();
		const details = { isPublic: publicTitle !== null };
		await recordAudit(tx, admin, about(id, { action: 'incident.publish', details }));
		return { id };
	});
}

/** Writes down something to do. @throws NOT_FOUND, BAD_REQUEST for an owner who is no admin */
export function addIncidentAction(
	admin: PersonalActor,
	{ id, text, ownerId, dueOn }: AddIncidentAction
): Promise<IncidentId> {
	return db.$transaction(async (tx) => {
		await refuseMissing(tx, id);
		await refuseOthers(tx, ownerId);
		await tx.incidentAction.create({
			data: { id: uuid(), incidentId: id, text, ownerId, dueOn: dueOn && new Date(dueOn) },
			select: { id: true }
		});
		await recordAudit(tx, admin, about(id, { action: 'incident.addAction' }));
		return { id };
	});
}

/** Says that something is done, or is not after all. @throws NOT_FOUND @returns the incident */
export function setIncidentAction(
	admin: PersonalActor,
	{ id, isDone }: SetIncidentAction
): Promise<IncidentId> {
	return db.$transaction(async (tx) => {
		const [action] = await tx.$queryRaw<{ incidentId: string }[]>`
			UPDATE incident_actions SET done_at = CASE WHEN ${isDone} THEN coalesce(done_at, now()) END
			WHERE id = ${id}::uuid RETURNING incident_id AS "incidentId"`;
		if (!action) throw refusal('NOT_FOUND', 'incident.actionNotFound');
		const event = { action: 'incident.updateAction', details: { isDone } } as const;
		await recordAudit(tx, admin, about(action.incidentId, event));
		return { id: action.incidentId };
	});
}

async function refuseMissing(tx: Transaction, id: string): Promise<void> {
	if ((await tx.incident.count({ where: { id } })) === 0) throw notFound();
}
