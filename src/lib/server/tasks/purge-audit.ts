import type { Actor } from '../services/actor';
import { resealChannels } from '../services/alert-ways';
import { resealKeys } from '../services/audit-keys';
import { purgeAudit } from '../services/audit-seal';
import type { Work } from '../services/batches';

/** Drops what the audit has kept for its time, and seals its keys and the channels of alerts anew where AUTH_SECRET was replaced. */
export async function purgeAuditTask(actor: Actor, work: Work) {
	const resealedKeys = await resealKeys();
	const resealedChannels = await resealChannels();
	const { deleted, more } = await purgeAudit(actor, work);
	return { deleted, counts: { entries: deleted, resealedKeys, resealedChannels }, more };
}
