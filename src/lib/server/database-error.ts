const UNREACHABLE = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037']);
const UNREACHABLE_SYSTEM =
	/ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|57P0[123]|53300|Connection terminated|timeout exceeded when trying to connect|DatabaseNotReachable|ConnectionClosed|TooManyConnections|the database system is (starting up|shutting down)/;

/**
 * Whether an error says that the database cannot be reached now, so that trying again later is
 * sensible. Anything else from the database is a bug.
 */
export function isDatabaseUnreachable(error: unknown): boolean {
	for (let cause = error, depth = 0; cause instanceof Error && depth < 5; depth += 1) {
		if ('code' in cause && UNREACHABLE.has(String(cause.code))) return true;
		if ('code' in cause && UNREACHABLE_SYSTEM.test(String(cause.code))) return true;
		if (UNREACHABLE_SYSTEM.test(`${cause.name} ${cause.message}`)) return true;
		cause = 'cause' in cause ? cause.cause : undefined;
	}
	return false;
}
