import type { Transaction } from '../db';
import type { AuditOutcome, Prisma } from '../prisma/client';
import { actorId, type Actor } from './actor';

/** What was done to which thing. Names of changed fields only: values may be personal. */
export interface AuditEvent {
	/** A noun and a verb: `idea.delete`. */
	action: string;
	targetKind: string;
	targetId: string | null;
	/** Whose own trail it stands in, where that is not the actor: an admin ends a person's session. */
	personId?: string;
	/** `done` unless it says otherwise. */
	outcome?: AuditOutcome;
	changed?: string[];
	/** What else there is to say: `{ format: 'json' }`. Nothing personal: it is kept in clear. */
	details?: Prisma.InputJsonObject;
}

/** Adds entries to the audit trail, in the transaction of the change that they record. */
export async function recordAudit(
	tx: Transaction,
	actor: Actor,
	...events: AuditEvent[]
): Promise<void> {
	const person = actor.kind === 'system' ? null : actor.userId;
	await tx.auditEntry.createMany({
		data: events.map(({ changed = [], personId, ...event }) => ({
			...event,
			changed,
			personId: personId ?? person,
			actorKind: actor.kind,
			actorId: actorId(actor),
			requestId: actor.requestId
		}))
	});
}
