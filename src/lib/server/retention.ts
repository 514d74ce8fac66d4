/** How long things are kept. The tasks, the Trash page and the privacy page all read it here. */
export const RETENTION = {
	/** A deleted idea or feature can be restored this long; then it is purged. */
	trashDays: 7,
	/** An action can be undone this long, or until its row changes again. */
	undoDays: 7,
	/** Earlier texts of ideas and features. */
	revisionDays: 30,
	/** Files on their way in. */
	importDays: 1,
	/** Mails that were sent or given up. */
	outboxDays: 30,
	/** Between asking for an account's deletion and the deletion; signing in takes it back. */
	accountGraceDays: 7,
	/** Entries of the audit, once they are sealed. The trigger that guards them holds the same number. */
	auditDays: 400,
	/** Lines of the log, where the database keeps them. */
	logLineDays: 14,
	/** Errors of one kind, since the last one. */
	errorGroupDays: 90,
	/** Problems that people reported. */
	problemReportDays: 90,
	/** Used and expired sign-in links. */
	signInTokenHours: 24,
	/** A browser that a person has signed in with; longer no cookie lasts. */
	knownBrowserDays: 400,
	/** Views of pages and what browsers measured, one by one. Their totals stay. */
	pageViewDays: 30,
	/** Totals of requests by the minute, then by the quarter of an hour, the hour, and the day. */
	requestMinuteHours: 2,
	requestQuarterHours: 26,
	requestHourDays: 30,
	requestDayDays: 400,
	/** Runs of tasks. */
	cronRunDays: 90,
	/** How each try of what people do went. */
	probeRunDays: 90,
	/** Alerts that are over and belong to no incident. */
	alertDays: 90,
	/** How each part of Coda was, day by day. */
	statusDays: 400,
	/** What shows that a message of an outside monitor was taken: longer than such a message may be old. */
	outsideSignalHours: 1,
	/** How far a process has got with what it adds up: longer than its database may be away before it is given up. */
	batchMarkHours: 24,
	/** How large the database was, day by day. */
	databaseSizeDays: 400,
	/** How long statements of the program took, by the hour, and how many failed. */
	statementTimeDays: 30,
	/** Computers that asked to be paired and no longer wait, or were removed. */
	pairingHours: 24
} as const;
