import { takeBrowserError } from '$lib/server/browser-errors';
import type { RequestHandler } from './$types';

/** Takes an error from a page. Says nothing back. */
export const POST: RequestHandler = async (event) => {
	await takeBrowserError(event);
	return new Response(null, { status: 204 });
};
