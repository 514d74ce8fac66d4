import type { Actor } from '../services/actor';
import { resealKeys } from '../services/audit-keys';
import { purgeAudit } from '../services/audit-seal';

/** Drops what the audit has kept for its time, and seals its keys anew where AUTH_SECRET was replaced. */
export async function purgeAuditTask(actor: Actor) {
	const entries = await purgeAudit(actor);
	return { deleted: entries, counts: { entries, resealedKeys: await resealKeys() } };
}
