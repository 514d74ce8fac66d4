import { ideaExportSchema } from '$lib/server/idea-export-schema';
import { publicCaching } from '$lib/server/public-pages';
import type { RequestHandler } from './$types';

/** What a file of ideas looks like, for programs that write or check one. */
export const GET: RequestHandler = ({ setHeaders }) => {
	setHeaders({ 'content-type': 'application/schema+json', ...publicCaching });
	return new Response(`${JSON.stringify(ideaExportSchema(), null, '\t')}\n`);
};
