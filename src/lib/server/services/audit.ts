import type { Transaction } from '../db';
import { actorId, type Actor } from './actor';

/** What was done to which thing. Names of changed fields only: values may be personal. */
export interface AuditEvent {
	/** A noun and a verb: `idea.delete`. */
	action: string;
	targetKind: string;
	targetId: string | null;
	changed?: string[];
}

/** Adds entries to the audit trail, in the transaction of the change that they record. */
export async function recordAudit(
	tx: Transaction,
	actor: Actor,
	...events: AuditEvent[]
): Promise<void> {
	await tx.auditEntry.createMany({
		data: events.map(({ changed = [], ...event }) => ({
			...event,
			changed,
			actorKind: actor.kind,
			actorId: actorId(actor),
			requestId: actor.requestId
		}))
	});
}
