import { v7 as uuid } from 'uuid';
import type { AuditAction } from '$lib/audit-words';
import type { Transaction } from '../db';
import { Prisma, type AuditOutcome } from '../prisma/client';
import { requestOrigin } from '../request-context';
import { actorId, type Actor } from './actor';
import { keyFor, sealOrigin } from './audit-keys';
import { PROBE_ID } from './probe-identity';

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
 * encrypted under the key of whoever acts. What Coda does to try itself is in no trail, unless it was refused.
 */
export async function recordAudit(
	tx: Transaction,
	actor: Actor,
	...given: AuditEvent[]
): Promise<void> {
	const person = actor.kind === 'system' ? null : actor.userId;
	const events = person === PROBE_ID ? given.filter(({ outcome }) => outcome === 'refused') : given;
	if (events.length === 0) return;
	const origin = person ? requestOrigin() : undefined;
	const key = person && origin ? await keyFor(tx, person) : undefined;
	const at = new Date();
	const entries = events.map(({ changed = [], personId, outcome = 'done', ...event }) => {
		const id = uuid();
		const personal = key && origin ? sealOrigin(key, id, origin) : null;
		const details = event.details ? JSON.stringify(event.details) : null;
		return Prisma.sql`(${id}::uuid, ${at}, ${actor.kind}::actor_kind, ${actorId(actor)},
			${personId ?? person}::uuid, ${event.action}, ${event.targetKind}, ${event.targetId},
			${outcome}::audit_outcome, ${changed}::text[], ${details}::jsonb, ${personal},
			${personal && person}::uuid, ${actor.requestId})`;
	});
	// As SQL, because it stands beside every change and a third of its time was making the statement.
	await tx.$executeRaw`
		INSERT INTO audit_entries (id, at, actor_kind, actor_id, person_id, action, target_kind, target_id,
			outcome, changed, details, personal, key_of, request_id)
		VALUES ${Prisma.join(entries)}`;
}
