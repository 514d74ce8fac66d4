import { json } from '@sveltejs/kit';
import { isOperator } from '$lib/server/auth/operator';
import { detailedReadiness, readiness } from '$lib/server/health';
import type { RequestHandler } from './$types';

/**
 * Readiness: 503 when something that the service cannot do without is down. Names and states for
 * everyone; with `?verbose` times, errors and settings for operators.
 */
export const GET: RequestHandler = async (event) => {
	const verbose = event.url.searchParams.has('verbose') && (await isOperator(event));
	const ready = await (verbose ? detailedReadiness() : readiness());
	return json(ready, { status: ready.status === 'down' ? 503 : 200 });
};
