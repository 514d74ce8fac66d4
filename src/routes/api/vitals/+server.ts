import { keepVitals } from '$lib/server/web-vitals';
import type { RequestHandler } from './$types';

/** Takes what a page has measured of itself. Says nothing back. */
export const POST: RequestHandler = async (event) => {
	await keepVitals(event);
	return new Response(null, { status: 204 });
};
