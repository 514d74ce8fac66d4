import { isHttpError, redirect } from '@sveltejs/kit';
import { jsonDownload } from '$lib/server/download';
import type { RequestHandler } from './$types';

const PAGE = '/account/data';

/** Nothing is downloaded by following a link; whoever comes back from signing in finds the button. */
export const GET: RequestHandler = () => redirect(303, PAGE);

/** Everything about the person as a file. It is read while it is sent, and ends with `"complete":true`. */
export const POST: RequestHandler = async ({ locals }) => {
	const pieces = await locals.trpc.account.export({ confirmed: true }).catch((cause: unknown) => {
		if (isHttpError(cause, 429)) redirect(303, `${PAGE}?wait#download`);
		throw cause;
	});
	return jsonDownload(pieces, 'coda');
};
