import type { AuditAction } from '$lib/audit-words';
import { createAdmin } from './factories';

/** Calls that have something tried, and the entry that each leaves in the audit: that of the task. */
export const PROBE_ACTS = {
	'probes.run': async () => ({
		as: await createAdmin(),
		input: { name: 'ideas' },
		leaves: 'task.run' as AuditAction
	})
};
