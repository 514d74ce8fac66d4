import { env } from '$lib/server/env';
import { PUBLIC_PAGES, publicCaching } from '$lib/server/public-pages';
import type { RequestHandler } from './$types';

/** What a crawler needs to draw a public page. */
const FILES = ['/_app/', '/pictures/', '/favicon'];

/** Public pages may be found, in production; nothing else, and nothing of a preview. */
export const GET: RequestHandler = ({ url, setHeaders }) => {
	setHeaders({ 'content-type': 'text/plain; charset=utf-8', ...publicCaching });
	const isOpen = env().tier === 'production';
	const lines = [
		'User-agent: *',
		...(isOpen ? PUBLIC_PAGES.map(({ path }) => `Allow: ${path}$`) : []),
		...(isOpen ? FILES.map((path) => `Allow: ${path}`) : []),
		'Disallow: /',
		...(isOpen ? ['', `Sitemap: ${url.origin}/sitemap.xml`] : [])
	];
	return new Response(`${lines.join('\n')}\n`);
};
