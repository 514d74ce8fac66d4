import type { Actor } from '../services/actor';
import type { Work } from '../services/batches';
import { rollRequestTotals } from '../services/request-totals';

/** Adds up totals of requests that nobody needs by the minute any more. */
export async function rollRequests(_actor: Actor, work: Work) {
	const { rolled, deleted, more } = await rollRequestTotals(work);
	return { deleted, counts: { rolled }, more };
}
