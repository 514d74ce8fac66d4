import type { Actor } from '../services/actor';
import type { Work } from '../services/batches';
import { rollUpDays } from '../services/day-totals';

/** Counts the days that are over together, so that they are known when their views and measurements are gone. */
export async function rollUpAnalytics(_actor: Actor, work: Work) {
	const { days, more } = await rollUpDays(work);
	return { deleted: 0, counts: { days }, more };
}
