import { auditWords } from '$lib/audit-words';
import type { IncidentId } from '$lib/schemas/incidents';
import { db } from '../db';
import type { PersonalActor } from './actor';
import { ruleOf } from './alert-rules';
import { notFound } from './incidents';

/** Before it was noticed: a deployment or a switch of that time may be the cause. */
const BEFORE_MS = 30 * 60_000;
/** What acts of operators, besides those on the incident itself, can explain. */
const TELLING = ['switch.', 'task.run', 'alert.', 'account.role', 'account.disable'];
const MOST = 500;

/** What happened, in the order in which it did. */
export interface TimelineEntry {
	at: Date;
	kind: 'alert' | 'switch' | 'act' | 'note' | 'update' | 'release';
	text: string;
	/** Whoever did it, where it was somebody. */
	by: string | null;
}

/** Everything around an incident: alerts, releases, switches, acts of operators, notes, from half an hour before. @throws NOT_FOUND */
export async function incidentTimeline(
	_admin: PersonalActor,
	{ id }: IncidentId
): Promise<TimelineEntry[]> {
	const incident = await db.incident.findUnique({
		where: { id },
		select: { openedAt: true, resolvedAt: true }
	});
	if (!incident) throw notFound();
	const alerts = await db.alert.findMany({ where: { incidentId: id } });
	const begins = [incident.openedAt, ...alerts.map(({ since }) => since)].map((at) => at.valueOf());
	const from = new Date(Math.min(...begins) - BEFORE_MS);
	const to = incident.resolvedAt ?? new Date();
	const [acts, notes, releases] = await Promise.all([
		actsBetween(id, from, to),
		notesOf(id),
		releasesBetween(from, to)
	]);
	const told = alerts.flatMap(({ rule, subject, says, since, recoveredAt }): TimelineEntry[] => {
		const { title } = ruleOf(rule);
		const what = subject ? `${title}: ${subject}` : title;
		return [
			{ at: since, kind: 'alert', text: `${what} (${says})`, by: null },
			...(recoveredAt
				? [{ at: recoveredAt, kind: 'alert' as const, text: `${what} is well again`, by: null }]
				: [])
		];
	});
	return [...told, ...acts, ...notes, ...releases].toSorted(
		(a, b) => a.at.valueOf() - b.at.valueOf()
	);
}

interface Act {
	at: Date;
	action: string;
	kind: string;
	details: Record<string, unknown> | null;
	email: string | null;
}

/** Acts on the incident, whenever they were, and those that can explain it, while it went on. */
async function actsBetween(id: string, from: Date, to: Date): Promise<TimelineEntry[]> {
	const acts = await db.$queryRaw<Act[]>`
		SELECT e.at, e.action, e.actor_kind::text AS kind, e.details, u.email
		FROM audit_entries AS e
		LEFT JOIN users AS u ON e.actor_kind = 'person' AND u.id::text = e.actor_id
		WHERE (e.target_id = ${id} AND e.action LIKE 'incident.%'
				AND e.action NOT IN ('incident.addNote'))
			OR (e.at BETWEEN ${from} AND ${to} AND e.outcome = 'done'
				AND e.action LIKE ANY(${TELLING.map((prefix) => `${prefix}%`)}::text[]))
		ORDER BY e.at LIMIT ${MOST}`;
	return acts.map(({ at, action, kind, details, email }) => ({
		at,
		kind: action.startsWith('switch.') ? ('switch' as const) : ('act' as const),
		text: auditWords(action, kind === 'system' ? 'coda' : 'you') + inWords(details),
		by: email
	}));
}

/** What an entry of the audit says besides: the switch and its value, the status. */
function inWords(details: Record<string, unknown> | null): string {
	const { name, to, status, reason } = details ?? {};
	const said = [name, to, status, reason].filter((value) => value !== undefined && value !== '');
	return said.length > 0 ? ` (${said.map(String).join(', ')})` : '';
}

/** What began to serve in that time: the first suspect. */
async function releasesBetween(from: Date, to: Date): Promise<TimelineEntry[]> {
	const releases = await db.release.findMany({
		where: { firstServedAt: { gte: from, lte: to } },
		select: { commit: true, version: true, firstServedAt: true, deployedBy: true }
	});
	return releases.map(({ commit, version, firstServedAt, deployedBy }) => ({
		at: firstServedAt,
		kind: 'release',
		text: `Release ${version} (${commit.slice(0, 12)}) began to serve`,
		by: deployedBy
	}));
}

async function notesOf(incidentId: string): Promise<TimelineEntry[]> {
	const notes = await db.incidentEntry.findMany({
		where: { incidentId },
		select: { at: true, kind: true, text: true, author: { select: { email: true } } }
	});
	return notes.map(({ at, kind, text, author }) => ({ at, kind, text, by: author?.email ?? null }));
}
