import { requireAdmin } from '$lib/server/auth/require';
import type { RequestHandler } from './$types';

/** What is to be written after an incident, as a file to go on in. */
export const GET: RequestHandler = async (event) => {
	await requireAdmin(event);
	const { id } = event.params;
	const { filename, markdown } = await event.locals.trpc.incidents.postmortem({ id });
	return new Response(markdown, {
		headers: {
			'content-type': 'text/markdown; charset=utf-8',
			'content-disposition': `attachment; filename="${filename}"`,
			'cache-control': 'private, no-store'
		}
	});
};
