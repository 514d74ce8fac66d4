import type { Actor } from '../services/actor';
import { sealAudit } from '../services/audit-seal';
import type { Work } from '../services/batches';

/** Chains the entries of the audit that came since the last time. */
export async function sealAuditTask(_actor: Actor, work: Work) {
	const { sealed, more } = await sealAudit(work);
	return { deleted: 0, counts: { entries: sealed }, more };
}
