import { auditWords } from '$lib/audit-words';
import type { IncidentId } from '$lib/schemas/incidents';
import { db } from '../db';
import { Prisma } from '../prisma/client';
import type { PersonalActor } from './actor';
import { ruleOf } from './alert-rules';
import { notFound } from './incidents';

/** Before it was noticed: a deployment or a switch of that time may be the cause. */
const BEFORE_SECONDS = 30 * 60;
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

/** What was found of one moment. */
interface Found {
	at: Date;
	kind: 'alert' | 'recovery' | 'act' | 'note' | 'update' | 'release';
	/** The rule, the action, the text or the version. */
	name: string;
	/** The subject, the kind of whoever acted, or the commit. */
	about: string | null;
	/** What the alert said. */
	says: string | null;
	details: Record<string, unknown> | null;
	by: string | null;
}

/** Everything around an incident: alerts, releases, switches, acts of operators, notes, from half an hour before. @throws NOT_FOUND */
export async function incidentTimeline(
	_admin: PersonalActor,
	{ id }: IncidentId
): Promise<TimelineEntry[]> {
	const [incident] = await db.$queryRaw<{ entries: (Omit<Found, 'at'> & { at: string })[] }[]>`
		WITH incident AS (
			SELECT i.id, coalesce(i.resolved_at, now()) AS ends,
				least(i.opened_at, (SELECT min(since) FROM alerts WHERE incident_id = i.id))
					- make_interval(secs => ${BEFORE_SECONDS}::int) AS begins
			FROM incidents AS i WHERE i.id = ${id}::uuid
		), found AS (
			SELECT since AS at, 'alert' AS kind, rule AS name, subject AS about, says, NULL::jsonb AS details,
				NULL::text AS by
			FROM alerts WHERE incident_id = ${id}::uuid
			UNION ALL SELECT recovered_at, 'recovery', rule, subject, says, NULL, NULL
			FROM alerts WHERE incident_id = ${id}::uuid AND recovered_at IS NOT NULL
			UNION ALL (${actsOf(id)})
			UNION ALL SELECT n.at, n.kind::text, n.text, NULL, NULL, NULL, u.email
			FROM incident_entries AS n LEFT JOIN users AS u ON u.id = n.author_id WHERE n.incident_id = ${id}::uuid
			UNION ALL SELECT first_served_at, 'release', version, commit, NULL, NULL, deployed_by
			FROM releases, incident WHERE first_served_at BETWEEN begins AND ends
		)
		SELECT (SELECT coalesce(jsonb_agg(found ORDER BY at), '[]') FROM found) AS entries FROM incident`;
	if (!incident) throw notFound();
	return incident.entries.map((entry) => ({
		at: new Date(entry.at),
		kind: kindOf(entry),
		text: inWords(entry),
		by: entry.by
	}));
}

/** Acts on the incident, whenever they were, and those that can explain it, while it went on. */
const actsOf = (id: string) => Prisma.sql`
	SELECT e.at, 'act', e.action, e.actor_kind::text, NULL, e.details, u.email
	FROM (
		SELECT * FROM audit_entries
		WHERE target_id = ${id} AND action LIKE 'incident.%' AND action <> 'incident.addNote'
		UNION ALL SELECT others.* FROM incident JOIN audit_entries AS others ON others.at BETWEEN begins AND ends
		WHERE others.outcome = 'done'
			AND others.action LIKE ANY(${TELLING.map((prefix) => `${prefix}%`)}::text[])
	) AS e LEFT JOIN users AS u ON e.actor_kind = 'person' AND u.id::text = e.actor_id
	ORDER BY e.at LIMIT ${MOST}`;

function kindOf({ kind, name }: Pick<Found, 'kind' | 'name'>): TimelineEntry['kind'] {
	if (kind === 'recovery') return 'alert';
	return kind === 'act' && name.startsWith('switch.') ? 'switch' : kind;
}

function inWords({ kind, name, about, says, details }: Omit<Found, 'at' | 'by'>): string {
	if (kind === 'note' || kind === 'update') return name;
	if (kind === 'release') return `Release ${name} (${about?.slice(0, 12)}) began to serve`;
	if (kind === 'act') return auditWords(name, about === 'system' ? 'coda' : 'you') + said(details);
	const { title } = ruleOf(name);
	const what = about ? `${title}: ${about}` : title;
	return kind === 'recovery' ? `${what} is well again` : `${what} (${says})`;
}

/** What an entry of the audit says besides: the switch and its value, the status. */
function said(details: Record<string, unknown> | null): string {
	const { name, to, status, reason } = details ?? {};
	const words = [name, to, status, reason].filter((value) => value !== undefined && value !== '');
	return words.length > 0 ? ` (${words.map(String).join(', ')})` : '';
}
