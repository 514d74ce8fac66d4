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
	/** The share at which Coda is as good as down. */
	graveErrorShare: 0.05,
	/** Fewer errors, or answers, within five minutes say little. */
	leastErrors: 5,
	leastRequests: 20,
	/** Fewer page loads within an hour say little. */
	leastLoads: 50,
	/** For so long an error that came for the first time, or came back, is new. */
	newErrorMinutes: 15,
	/** The share of the connections that the database takes which are in use. */
	connectionsUsedShare: 0.8,
	/** A transaction that is open longer, and idle, has been forgotten. */
	idleInTransactionSeconds: 60,
	/** A mail that is due for longer says that mail does not leave. */
	mailLateSeconds: 600,
	/** Entries of the audit that wait longer say that the clock does not seal. */
	auditUnsealedSeconds: 600,
	/** Mails that were given up within an hour. */
	mailsFailedPerHour: 3,
	/** Other messages, such as alerts, that wait for longer do not leave. */
	messageLateSeconds: 600,
	/** Attempts to tell of an alert that failed: then the other channels are told. */
	alertAttempts: 2,
	/** People and addresses that are refused at the same time for coming too often. */
	rateLimitedAtOnce: 50,
	/** A relay that has not been heard of for longer is silent; it reports every 30 seconds. */
	relaySilentSeconds: 120,
	/** Problems that people report within an hour. */
	problemsPerHour: 5,
	/** Days before the end of a certificate at which somebody should look, and at which it is urgent. */
	certificateDays: 14,
	certificateUrgentDays: 3
} as const;
