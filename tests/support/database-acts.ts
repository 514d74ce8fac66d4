import type { AuditAction } from '$lib/audit-words';
import { createAdmin } from './factories';
import { startStatement } from './running-statement';

/** An act of an admin on a connection that does something. */
async function onConnection(leaves: AuditAction) {
	const { pid, startedAt, connectedAt } = await startStatement();
	return { as: await createAdmin(), input: { pid, startedAt, connectedAt }, leaves };
}

/** Calls about the database that succeed, by their procedure, and the entry that each leaves in the audit. */
export const DATABASE_ACTS = {
	'database.cancel': () => onConnection('database.cancel'),
	'database.end': () => onConnection('database.end')
};
