import { countView } from '$lib/server/page-views';
import type { RequestHandler } from './$types';

/** Takes `{ route }` from a page that is looked at. Says nothing back. */
export const POST: RequestHandler = async (event) => {
	await countView(event);
	return new Response(null, { status: 204 });
};
