/** Prisma's codes for a database that cannot be reached, timed out, closed the connection or is full, or is too busy. */
const UNREACHABLE = new Set([
	'P1001',
	'P1002',
	'P1008',
	'P1017',
	'P2024',
	'P2028',
	'P2034',
	'P2037'
]);

/** What the driver adapter calls the same. */
const UNREACHABLE_KINDS = new Set([
	'DatabaseNotReachable',
	'ConnectionClosed',
	'SocketTimeout',
	'TooManyConnections',
	'TransactionWriteConflict'
]);

/** Node's and Postgres' codes: nobody listens, the connection broke, shutting down, too busy, full. */
const UNREACHABLE_SYSTEM =
	/^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|57P0[123]|57014|40001|40P01|53300|08\w{3})$/;

/** What node-postgres says without any code. */
const UNREACHABLE_WORDS =
	/^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;

const DEPTH = 5;

/**
 * Whether an error says that the database cannot answer now, so that trying again later is
 * sensible. Anything else from the database is a bug.
 */
export function isDatabaseUnreachable(error: unknown): boolean {
	return saysUnreachable(error, DEPTH);
}

function saysUnreachable(error: unknown, depth: number): boolean {
	if (typeof error !== 'object' || error === null || depth === 0) return false;
	const { code, kind, message, cause, meta, originalCode } = error as Record<string, unknown>;
	for (const said of [code, originalCode]) {
		if (typeof said !== 'string') continue;
		if (UNREACHABLE.has(said) || UNREACHABLE_SYSTEM.test(said)) return true;
	}
	if (typeof kind === 'string' && UNREACHABLE_KINDS.has(kind)) return true;
	if (typeof message === 'string' && UNREACHABLE_WORDS.test(message)) return true;
	// A raw query fails as P2010, and what the driver said of it stands in `meta`.
	const adapterError = (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
	return saysUnreachable(cause, depth - 1) || saysUnreachable(adapterError, depth - 1);
}

/** Whether an error says that a value is there already, where it may be only once. */
export function isUniqueViolation(error: unknown): boolean {
	return typeof error === 'object' && error !== null && 'code' in error && error.code === 'P2002';
}
