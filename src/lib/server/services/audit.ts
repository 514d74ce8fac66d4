import { v7 as uuid } from 'uuid';
import type { AuditAction } from '$lib/audit-words';
import type { Transaction } from '../db';
import type { AuditOutcome, Prisma } from '../prisma/client';
import { requestOrigin } from '../request-context';
import { actorId, type Actor } from './actor';
import { keyFor, sealOrigin } from './audit-keys';

/** What was done to which thing. Names of changed fields only: values may be personal. */
export interface AuditEvent {
	/** A noun and a verb: `idea.delete`. */
	action: AuditAction;
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

/**
 * Adds entries to the audit trail, in the transaction of the change that they record: one statement,
 * and as its last, because the first entry of a person makes their key. Where the request came from is
 * encrypted under the key of whoever acts.
 */
export async function recordAudit(
	tx: Transaction,
	actor: Actor,
	...events: AuditEvent[]
): Promise<void> {
	if (events.length === 0) return;
	const person = actor.kind === 'system' ? null : actor.userId;
	const origin = person ? requestOrigin() : undefined;
	const key = person && origin ? await keyFor(tx, person) : undefined;
	await tx.auditEntry.createMany({
		data: events.map(({ changed = [], personId, ...event }) => {
			const id = uuid();
			return {
				...event,
				id,
				changed,
				personId: personId ?? person,
				actorKind: actor.kind,
				actorId: actorId(actor),
				requestId: actor.requestId,
				...(key && origin ? { personal: sealOrigin(key, id, origin), keyOf: person } : {})
			};
		})
	});
}
