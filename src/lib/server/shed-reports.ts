import { count } from './counters';
import { deferFor } from './defer';
import { log } from './log';

/** One line tells of all that were refused in such a while. */
const TELL_EVERY_MS = 10_000;

let untold = 0;

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

function hear(): void {
	count('reports.shed');
	untold += 1;
	if (untold > 1) return;
	deferFor('tell-shed-reports', TELL_EVERY_MS, () => {
		log('warn', 'Reports of pages were refused: this process could not keep up', {
			reports: untold
		});
		untold = 0;
		return Promise.resolve();
	});
}
