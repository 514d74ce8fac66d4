import { v7 as uuid } from 'uuid';
import type { Transaction } from '../db';
import { requestContext } from '../request-context';
import type { Actor } from './actor';
import { recordAudit } from './audit';
import { ruleOf } from './alert-rules';

/** From this severity on, an alert is an incident. */
const OPENS_INCIDENTS = 2;
const TITLE_CHARS = 200;

/** An alert that has just been told. */
interface Firing {
	id: string;
	rule: string;
	subject: string;
	severity: number;
}

/**
 * Puts a grave alert into the incident that is going on, and opens one where there is none. What is mended and only
 * watched is not joined. An alert that is graver than its incident has to be begun anew: the clock starts once more.
 * The lock of whoever checks is held, so that two alerts never open two.
 */
export async function fileUnderIncident(
	tx: Transaction,
	{ id, rule, subject, severity }: Firing
): Promise<void> {
	if (severity > OPENS_INCIDENTS) return;
	const [joined] = await tx.$queryRaw<{ incidentId: string; isGraver: boolean }[]>`
		WITH going_on AS (
			SELECT id, severity FROM incidents WHERE resolved_at IS NULL AND status <> 'monitoring'
			ORDER BY id = (SELECT incident_id FROM alerts WHERE id = ${id}::uuid) DESC NULLS LAST,
				severity, opened_at
			LIMIT 1
		), graver AS (
			UPDATE incidents AS i SET severity = ${severity}::smallint, acknowledged_at = NULL, clock_from = now()
			FROM going_on AS g WHERE i.id = g.id AND g.severity > ${severity}::smallint
			RETURNING i.id
		)
		UPDATE alerts AS a SET incident_id = g.id FROM going_on AS g WHERE a.id = ${id}::uuid
		RETURNING g.id AS "incidentId", EXISTS (SELECT FROM graver) AS "isGraver"`;
	if (joined) {
		if (!joined.isGraver) return;
		const details = { severity, rule };
		await recordAudit(tx, checking(), {
			...{ action: 'incident.update', targetKind: 'incident', targetId: joined.incidentId },
			...{ changed: ['severity'], details }
		});
		return;
	}
	const { title } = ruleOf(rule);
	const incident = await tx.incident.create({
		data: {
			id: uuid(),
			title: (subject ? `${title}: ${subject}` : title).slice(0, TITLE_CHARS),
			severity,
			alerts: { connect: { id } }
		},
		select: { id: true, number: true }
	});
	await recordAudit(tx, checking(), {
		action: 'incident.open',
		targetKind: 'incident',
		targetId: incident.id,
		details: { number: incident.number, severity, rule }
	});
}

/** Whoever files alerts, for the audit. */
const checking = (): Actor => ({
	kind: 'system',
	task: 'check-alerts',
	requestId: requestContext()?.requestId ?? 'check-alerts'
});
