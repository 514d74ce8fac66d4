import { error } from '@sveltejs/kit';
import { messageFor } from '$lib/messages';
import { env } from '$lib/server/env';
import { PUBLIC_PAGES, publicCaching } from '$lib/server/public-pages';
import type { RequestHandler } from './$types';

/** The public pages for search engines (sitemaps.org). There is none where nothing is to be found. */
export const GET: RequestHandler = ({ url, setHeaders }) => {
	if (env().tier !== 'production') error(404, { message: messageFor('page.notFound') });
	setHeaders({ 'content-type': 'application/xml; charset=utf-8', ...publicCaching });
	const entries = PUBLIC_PAGES.map(
		({ path, changed }) =>
			`\t<url><loc>${url.origin}${path}</loc><lastmod>${changed}</lastmod></url>\n`
	);
	return new Response(
		`<?xml version="1.0" encoding="UTF-8"?>\n` +
			`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${entries.join('')}</urlset>\n`
	);
};
