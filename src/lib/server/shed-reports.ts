import { count } from './counters';
import { deferFor } from './defer';
import { log } from './log';

/** One line tells of all that were refused in such a while. */
const TELL_EVERY_MS = 2_000;
const RECENT_MS = 3_600_000;

let untold = 0;
let lately = { reports: 0, lastAt: -Infinity };

/**
 * Counts the reports of pages that the web server refused because this process could not keep up
 * (`scripts/serving/shedding.mjs`), and tells of them in the log.
 *
 * @returns what ends it
 */
export function hearShedReports(): () => void {
	process.on('coda:shed' as never, hear);
	return () => process.off('coda:shed', hear);
}

/** How many were refused since there was an hour without. */
export const recentShedReports = (): number =>
	performance.now() - lately.lastAt < RECENT_MS ? lately.reports : 0;

/** Writes the line that is due, now. */
export function tellShedReports(): void {
	if (untold === 0) return;
	log('warn', 'Reports of pages were refused', { reports: untold });
	untold = 0;
}

function hear(): void {
	count('reports.shed');
	lately = { reports: recentShedReports() + 1, lastAt: performance.now() };
	untold += 1;
	if (untold > 1) return;
	deferFor('tell-shed-reports', TELL_EVERY_MS, () => Promise.resolve(tellShedReports()));
}
