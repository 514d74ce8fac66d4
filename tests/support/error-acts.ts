import type { AuditAction } from '$lib/audit-words';
import { createAdmin, createErrorGroup } from './factories';

/** An act of an admin on a group of errors. */
const onErrors = async (leaves: AuditAction, resolvedAt: Date | null) => ({
	as: await createAdmin(),
	input: await createErrorGroup({ resolvedAt }),
	leaves
});

/** Calls about errors that succeed, by their procedure, and the entry that each leaves in the audit. */
export const ERROR_ACTS = {
	'errors.resolve': () => onErrors('error.resolve', null),
	'errors.reopen': () => onErrors('error.reopen', new Date())
};
