import { v7 as uuid } from 'uuid';
import type { Transaction } from '../db';
import { requestContext } from '../request-context';
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
 * Puts a grave alert into the incident that is going on, and opens one where there is none. The lock of whoever
 * checks is held, so that two alerts never open two.
 */
export async function fileUnderIncident(
	tx: Transaction,
	{ id, rule, subject, severity }: Firing
): Promise<void> {
	if (severity > OPENS_INCIDENTS) return;
	const joined = await tx.$executeRaw`
		WITH going_on AS (
			SELECT id FROM incidents WHERE resolved_at IS NULL ORDER BY severity, opened_at LIMIT 1
		), graver AS (
			UPDATE incidents SET severity = least(severity, ${severity}::smallint)
			WHERE id IN (SELECT id FROM going_on)
		)
		UPDATE alerts SET incident_id = coalesce(incident_id, (SELECT id FROM going_on))
		WHERE id = ${id}::uuid AND EXISTS (SELECT FROM going_on)`;
	if (joined > 0) return;
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
	await recordAudit(
		tx,
		{
			kind: 'system',
			task: 'check-alerts',
			requestId: requestContext()?.requestId ?? 'check-alerts'
		},
		{
			action: 'incident.open',
			targetKind: 'incident',
			targetId: incident.id,
			details: { number: incident.number, severity, rule }
		}
	);
}
