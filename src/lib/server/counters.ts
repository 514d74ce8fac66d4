/** What this process counts: how often it had to do without something. */
const counts = {
	/** Uses that passed because the counter of limits was out of reach. */
	'limits.uncounted': 0,
	/** Uses that were counted in this process's memory for the same reason. */
	'limits.inMemory': 0,
	/** Answers with 503: the database was away, or had no connection left. */
	'answers.unavailable': 0
};

/** The name of a counter. */
export type CounterName = keyof typeof counts;

/** Adds one to a counter. */
export function count(name: CounterName): void {
	counts[name] += 1;
}

/** All counters since this process began. Another process has its own. */
export function counters(): Readonly<Record<CounterName, number>> {
	return { ...counts };
}
