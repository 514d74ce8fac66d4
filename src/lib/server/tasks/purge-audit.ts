import type { Actor } from '../services/actor';
import { purgeAudit } from '../services/audit-seal';

/** Drops what the audit has kept for its time. */
export async function purgeAuditTask(actor: Actor) {
	const entries = await purgeAudit(actor);
	return { deleted: entries, counts: { entries } };
}
