import { ALERT_ACTS } from './alert-acts';
import { DATABASE_ACTS } from './database-acts';
import { ERROR_ACTS } from './error-acts';
import { PROBE_ACTS } from './probe-acts';

/** Calls of operators that succeed, by their procedure, and the entry that each leaves in the audit. */
export const OPERATOR_ACTS = { ...ALERT_ACTS, ...DATABASE_ACTS, ...PROBE_ACTS, ...ERROR_ACTS };
