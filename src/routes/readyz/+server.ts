import { json } from '@sveltejs/kit';
import { readiness } from '$lib/server/health';
import type { RequestHandler } from './$types';

/** Readiness: 503 when something that the service cannot do without is down. */
export const GET: RequestHandler = async () => {
	const ready = await readiness();
	return json(ready, { status: ready.status === 'down' ? 503 : 200 });
};
