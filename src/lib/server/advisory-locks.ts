/**
 * The numbers of the advisory locks that are held in a database, of all programs: one for each purpose, so that nobody
 * waits for somebody else. Those of steps of an import are hashes of its id, and far from these.
 */
export const ADVISORY_LOCKS = {
	/** Migrations by the wrapper. */
	migrating: 2_026_112_301,
	/** Prisma's own engine holds it while it changes something; the number is Prisma's. */
	engine: 72_707_369,
	/** Making a template of a database, in tests. */
	template: 2_026_112_302,
	/** Sealing the audit. */
	sealing: 2_026_112_501,
	/** Writing what became of alerts. */
	checkingAlerts: 2_026_112_601,
	/** Making the probe's account anew. */
	renewingProbe: 2_026_112_602,
	/** Counting days of analytics together. */
	countingDays: 2_026_112_603,
	/** Writing errors, so that the new groups of an hour are counted right. */
	writingErrors: 5_940_001
} as const;
