/** What this process counts: how often it had to do without something. */
const counts = {
	/** Uses that passed because the counter of limits was out of reach. */
	'limits.uncounted': 0,
	/** Uses that were counted in this process's memory for the same reason. */
	'limits.inMemory': 0,
	/** Lists that the primary answered because the replica did not. */
	'reads.fromPrimary': 0,
	/** Lists that had not changed, so that nothing was sent. */
	'answers.notModified': 0,
	/** Boards that came out of Redis, and those that did not. */
	'board.cached': 0,
	'board.computed': 0,
	/** Answers with 503: the database was away, or had no connection left. */
	'answers.unavailable': 0,
	/** Reports of pages, of views, figures and errors, that were refused because this process had no room for them. */
	'reports.shed': 0,
	/** Requests that no total says anything of, because the database was away for too long. */
	'totals.dropped': 0,
	/** Lines of the log that the database did not get: it was away for long, or could not keep up. */
	'logs.dropped': 0,
	/** Spans that the receiver of OpenTelemetry did not get: it was away for long, refused them, or could not keep up. */
	'spans.dropped': 0,
	/** Times that it did not get the figures of this process. */
	'metrics.unsent': 0
};

/** The name of a counter. */
export type CounterName = keyof typeof counts;

/** Adds to a counter, one if nothing else is said. */
export function count(name: CounterName, times = 1): void {
	counts[name] += times;
}

/** All counters since this process began. Another process has its own. */
export function counters(): Readonly<Record<CounterName, number>> {
	return { ...counts };
}
