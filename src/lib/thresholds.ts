/**
 * From where on a figure is worth somebody's attention. Pages of the admin shell mark by these numbers,
 * and whatever raises an alarm reads them here.
 */
export const THRESHOLDS = {
	/** A page that takes longer is slow. */
	slowPageMs: 5_000,
	/** A call of the API that takes longer is slow. */
	slowCallMs: 2_000,
	/** A statement that takes longer is slow. */
	slowStatementMs: 1_000,
	/** A statement that is still running after this long is worth a look. */
	runningStatementSeconds: 5,
	/** Errors of the database in a minute. */
	databaseErrorsPerMinute: 5,
	/** The share of answers that are errors of ours. */
	errorShare: 0.01,
	/** The share of the connections that the database takes which are in use. */
	connectionsUsedShare: 0.8,
	/** A transaction that is open longer, and idle, has been forgotten. */
	idleInTransactionSeconds: 60,
	/** A mail that is due for longer says that mail does not leave. */
	mailLateSeconds: 600,
	/** Entries of the audit that wait longer say that the clock does not seal. */
	auditUnsealedSeconds: 600
} as const;
