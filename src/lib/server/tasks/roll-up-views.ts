import type { Actor } from '../services/actor';
import type { Work } from '../services/batches';
import { rollUpViews } from '../services/view-totals';

/** Counts the days that are over together, so that they are known when their single views are gone. */
export async function rollUpViewsTask(_actor: Actor, work: Work) {
	const { days, more } = await rollUpViews(work);
	return { deleted: 0, counts: { days }, more };
}
