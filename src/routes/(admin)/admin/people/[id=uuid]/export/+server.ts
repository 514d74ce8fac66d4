import { isHttpError, redirect } from '@sveltejs/kit';
import { requireAdmin } from '$lib/server/auth/require';
import { jsonDownload } from '$lib/server/download';
import type { RequestHandler } from './$types';

/** Nothing is downloaded by following a link; whoever comes back from signing in finds the button. */
export const GET: RequestHandler = async (event) => {
	await requireAdmin(event);
	redirect(303, `/admin/people/${event.params.id}`);
};

/** Everything about a person as a file, for an admin whom they asked for it. */
export const POST: RequestHandler = async ({ locals, params: { id } }) => {
	const pieces = await locals.trpc.people.export({ id }).catch((cause: unknown) => {
		if (isHttpError(cause, 429)) redirect(303, `/admin/people/${id}?wait`);
		throw cause;
	});
	return jsonDownload(pieces, `coda-${id}`);
};
