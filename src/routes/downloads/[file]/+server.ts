import { error } from '@sveltejs/kit';
import { messageFor } from '$lib/messages';
import { readBuiltFile } from '$lib/server/runner-packages';
import type { RequestHandler } from './$types';

/** A package of the runner, and the sums of all of them, for whoever asks: there is nothing of anyone in them. */
export const GET: RequestHandler = async ({ params }) => {
	const built = await readBuiltFile(params.file);
	if (!built) error(404, { message: messageFor('page.notFound') });
	const isSums = params.file === 'SHA256SUMS';
	return new Response(built, {
		headers: {
			'content-type': isSums ? 'text/plain; charset=utf-8' : 'application/gzip',
			'content-length': String(built.length),
			// A build of the same version may be another one.
			'cache-control': 'no-cache',
			...(isSums ? {} : { 'content-disposition': `attachment; filename="${params.file}"` })
		}
	});
};
