import { v7 as uuid } from 'uuid';
import { INCIDENT_LIMITS } from '$lib/incident-clocks';
import { LIMITS } from '$lib/limits';
import type {
	IncidentId,
	ListIncidents,
	OpenIncident,
	SetIncidentStatus,
	UpdateIncident
} from '$lib/schemas/incidents';
import { db, type Transaction } from '../db';
import type { Prisma } from '../prisma/client';
import { fieldRefusal, refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { ruleOf } from './alert-rules';
import { recordAudit, type AuditEvent } from './audit';
import { decodeCursor, encodeCursor, IncidentCursor } from './cursor';

const incidentSelect = {
	id: true,
	number: true,
	title: true,
	severity: true,
	status: true,
	openedAt: true,
	acknowledgedAt: true,
	clockFrom: true,
	resolvedAt: true,
	publicTitle: true,
	owner: { select: { id: true, email: true } }
} satisfies Prisma.IncidentSelect;

/** An incident in the list. */
export type ListedIncident = Prisma.IncidentGetPayload<{ select: typeof incidentSelect }>;

/** One page of incidents, the latest first. */
export async function listIncidents(_admin: PersonalActor, { cursor }: ListIncidents) {
	const after = cursor ? decodeCursor(IncidentCursor, cursor) : undefined;
	const rows = await db.incident.findMany({
		where: after && {
			OR: [{ openedAt: { lt: after.openedAt } }, { openedAt: after.openedAt, id: { gt: after.id } }]
		},
		orderBy: [{ openedAt: 'desc' }, { id: 'asc' }],
		take: LIMITS.pageSize + 1,
		select: incidentSelect
	});
	const incidents: ListedIncident[] = rows.slice(0, LIMITS.pageSize);
	const last = incidents.at(-1);
	return {
		incidents,
		nextCursor:
			last && rows.length > incidents.length ? encodeCursor([last.openedAt, last.id]) : undefined
	};
}

/** Everything about one incident, but for its timeline. @throws NOT_FOUND */
export async function getIncident(_admin: PersonalActor, { id }: IncidentId) {
	const [incident, admins] = await Promise.all([
		db.incident.findUnique({
			where: { id },
			select: {
				...incidentSelect,
				alerts: {
					orderBy: { since: 'asc' },
					select: {
						...{ id: true, rule: true, subject: true, state: true, severity: true, says: true },
						...{ since: true, firedAt: true, recoveredAt: true }
					}
				},
				actions: {
					orderBy: { createdAt: 'asc' },
					select: {
						...{ id: true, text: true, dueOn: true, doneAt: true },
						owner: { select: { id: true, email: true } }
					}
				},
				problems: {
					orderBy: { createdAt: 'asc' },
					select: { id: true, text: true, page: true, release: true, requestId: true }
				}
			}
		}),
		listAdmins()
	]);
	if (!incident) throw notFound();
	const alerts = incident.alerts.map((alert) => {
		const { title, firstStep, href } = ruleOf(alert.rule);
		return { ...alert, title, firstStep, href };
	});
	return { ...incident, alerts, admins };
}

/** Who can look after an incident. */
const listAdmins = () =>
	db.user.findMany({
		where: { role: 'admin', disabledAt: null },
		orderBy: { email: 'asc' },
		select: { id: true, email: true }
	});

/**
 * Opens an incident: by hand, from an alert, or from what somebody reported.
 *
 * @throws NOT_FOUND for an alert or a report that is not there, BAD_REQUEST without a title
 */
export function openIncident(admin: PersonalActor, input: OpenIncident): Promise<IncidentId> {
	const { alertId, problemId } = input;
	return db.$transaction(async (tx) => {
		const from = await sourceOf(tx, input);
		const title = input.title || from.title;
		if (!title) throw fieldRefusal('title', 'incident.untitled');
		const severity = input.severity ?? from.severity;
		const { id, number } = await tx.incident.create({
			data: { id: uuid(), title, severity, openedBy: admin.userId },
			select: { id: true, number: true }
		});
		if (alertId) await tx.alert.updateMany({ where: { id: alertId }, data: { incidentId: id } });
		if (problemId) {
			await tx.problemReport.updateMany({ where: { id: problemId }, data: { incidentId: id } });
		}
		const details = {
			number,
			severity,
			...(alertId && { alertId }),
			...(problemId && { problemId })
		};
		await recordAudit(tx, admin, about(id, { action: 'incident.open', details }));
		return { id };
	});
}

/** What an incident is called and how grave it is, by what it comes from. */
async function sourceOf(tx: Transaction, { alertId, problemId }: OpenIncident) {
	if (alertId) {
		const alert = await tx.alert.findUnique({
			where: { id: alertId },
			select: { rule: true, subject: true, severity: true }
		});
		if (!alert) throw refusal('NOT_FOUND', 'alert.notFound');
		const { title } = ruleOf(alert.rule);
		const named = alert.subject ? `${title}: ${alert.subject}` : title;
		return { title: shortened(named), severity: alert.severity };
	}
	if (problemId) {
		const problem = await tx.problemReport.findUnique({
			where: { id: problemId },
			select: { text: true }
		});
		if (!problem) throw refusal('NOT_FOUND', 'problem.notFound');
		return { title: shortened(problem.text.split('\n')[0] ?? ''), severity: 3 };
	}
	return { title: '', severity: 3 };
}

function shortened(text: string): string {
	const points = [...text.trim()];
	const { titleChars: most } = INCIDENT_LIMITS;
	return points.length > most ? `${points.slice(0, most - 1).join('')}…` : points.join('');
}

/** Changes its name, how grave it is, and who looks after it. @throws NOT_FOUND, BAD_REQUEST */
export function updateIncident(admin: PersonalActor, input: UpdateIncident): Promise<IncidentId> {
	const { id, title, severity, ownerId } = input;
	return db.$transaction(async (tx) => {
		await refuseOthers(tx, ownerId);
		const before = await tx.incident.findUnique({
			where: { id },
			select: { title: true, severity: true, ownerId: true }
		});
		if (!before) throw notFound();
		const data = { title, severity, ownerId };
		const changed = (['title', 'severity', 'ownerId'] as const).filter(
			(field) => before[field] !== data[field]
		);
		await tx.incident.updateMany({ where: { id }, data });
		const details = { severity, ...(ownerId && { ownerId }) };
		await recordAudit(tx, admin, about(id, { action: 'incident.update', changed, details }));
		return { id };
	});
}

/** Only admins see incidents, so only they can look after them. */
export async function refuseOthers(tx: Transaction, ownerId: string | null): Promise<void> {
	if (!ownerId) return;
	const admins = await tx.user.count({ where: { id: ownerId, role: 'admin', disabledAt: null } });
	if (admins === 0) throw fieldRefusal('ownerId', 'incident.notAdmin');
}

/** Says that somebody has begun, which stops the clock, and looks after it if nobody does. @throws NOT_FOUND */
export function acknowledgeIncident(admin: PersonalActor, { id }: IncidentId): Promise<IncidentId> {
	return db.$transaction(async (tx) => {
		const changed = await tx.$executeRaw`
			UPDATE incidents SET acknowledged_at = now(), owner_id = coalesce(owner_id, ${admin.userId}::uuid)
			WHERE id = ${id}::uuid AND acknowledged_at IS NULL`;
		if (changed === 0) {
			if ((await tx.incident.count({ where: { id } })) === 0) throw notFound();
			return { id };
		}
		await recordAudit(tx, admin, about(id, { action: 'incident.acknowledge' }));
		return { id };
	});
}

/** Says how far it is. What is over can be opened again. @throws NOT_FOUND */
export function setIncidentStatus(
	admin: PersonalActor,
	{ id, status }: SetIncidentStatus
): Promise<IncidentId> {
	return db.$transaction(async (tx) => {
		const isOver = status === 'resolved';
		const changed = await tx.$executeRaw`
			UPDATE incidents SET status = ${status}::incident_status,
				resolved_at = CASE WHEN ${isOver} THEN coalesce(resolved_at, now()) END,
				acknowledged_at = coalesce(acknowledged_at, now())
			WHERE id = ${id}::uuid`;
		if (changed === 0) throw notFound();
		await recordAudit(tx, admin, about(id, { action: 'incident.setStatus', details: { status } }));
		return { id };
	});
}

/** An entry of the audit about an incident. */
export const about = (
	id: string,
	event: Omit<AuditEvent, 'targetKind' | 'targetId'>
): AuditEvent => ({ ...event, targetKind: 'incident', targetId: id });

/** The refusal for an incident that is not there. */
export const notFound = () => refusal('NOT_FOUND', 'incident.notFound');
