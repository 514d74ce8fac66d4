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
	return [...said(error, DEPTH)].some(
		(one) =>
			UNREACHABLE.has(one) ||
			UNREACHABLE_KINDS.has(one) ||
			UNREACHABLE_SYSTEM.test(one) ||
			UNREACHABLE_WORDS.test(one)
	);
}

/** What an error, and whatever caused it, calls itself: codes, kinds and messages. */
function* said(error: unknown, depth: number): Generator<string> {
	if (typeof error !== 'object' || error === null || depth === 0) return;
	const { code, kind, message, cause, meta, originalCode } = error as Record<string, unknown>;
	for (const one of [code, originalCode, kind, message]) if (typeof one === 'string') yield one;
	yield* said(cause, depth - 1);
	// A raw query fails as P2010, and what the driver said of it stands in `meta`.
	yield* said(
		(meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError,
		depth - 1
	);
}

/** How a statement can fail. */
export const ERROR_KINDS = [
	'full',
	'timeout',
	'busy',
	'unreachable',
	'constraint',
	'other'
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** By what each kind is known, the most telling first. */
const KINDS: [ErrorKind, RegExp][] = [
	['full', /^(P2024|P2037|53300|TooManyConnections|timeout exceeded when trying to connect.*)$/],
	['timeout', /^(P1008|57014|SocketTimeout|Query read timeout.*)$/],
	['busy', /^(P2034|P2028|40001|40P01|55P03|TransactionWriteConflict)$/],
	['constraint', /^(P2003|P2004|P2011|23[0-9A-Z]{3})$/]
];

/** What the program asks the database to find out: a value that is there already, a row that is not. */
const ANSWERS = /^(P2002|P2025|23505|UniqueConstraintViolation)$/;

/** What kind of failure an error of the database is; nothing for what is an answer and no failure. */
export function errorKindOf(error: unknown): ErrorKind | undefined {
	const all = [...said(error, DEPTH)];
	if (all.some((one) => ANSWERS.test(one))) return undefined;
	const known = KINDS.find(([, pattern]) => all.some((one) => pattern.test(one)));
	return known?.[0] ?? (isDatabaseUnreachable(error) ? 'unreachable' : 'other');
}

/** Whether an error says that a value is there already, where it may be only once. */
export function isUniqueViolation(error: unknown): boolean {
	return typeof error === 'object' && error !== null && 'code' in error && error.code === 'P2002';
}
