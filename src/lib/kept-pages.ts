/*
 * What of the pages may be read without a network, and under which names it is kept: the worker puts it
 * there, and the pages take it away again.
 */

/** So many pages are kept for a person; of more, those that were not opened for the longest. */
export const KEPT_PAGES = 100;

/** A page that was not loaded for so long is not shown any more. */
export const KEPT_DAYS = 30;

/** Tells the worker whose answer this is: the person’s id, or `nobody`. */
export const WHOSE_HEADER = 'coda-whose';

/** What that header says where nobody is signed in. */
export const NOBODY = 'nobody';

const PAGES = 'coda-pages ';

/** What a page says in the data of kit where it leaves out what has not changed. */
const LEFT_OUT = '"type":"skip"';

/** Where the pages of one person are kept. */
export const pagesOf = (who: string): string => PAGES + who;

/** Whether a cache holds somebody's pages. */
export const arePages = (cacheName: string): boolean => cacheName.startsWith(PAGES);

const DATA = '/__data.json';

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** The board, ideas, and what is in them: no page of an account, of operators, or of somebody else. */
const KEPT = new RegExp(`^/ideas(/${UUID})*$`);

/** What of an address makes a page another one. */
const VIEW = ['sort', 'filter', 'tag', 'focus', 'feature'];

/** The data of a page that may be kept, under the one address that it has, or nothing. */
export function keptAddress(url: URL): string | undefined {
	const path = url.pathname.endsWith(DATA) ? url.pathname.slice(0, -DATA.length) : url.pathname;
	if (!KEPT.test(path) || url.searchParams.has('cursor')) return undefined;
	const kept = new URLSearchParams();
	for (const name of VIEW) {
		const value = url.searchParams.get(name);
		if (value) kept.set(name, value);
	}
	return path + DATA + (kept.size > 0 ? `?${kept}` : '');
}

/** Whether a request is for the data of a page. */
export const isData = ({ pathname }: URL): boolean => pathname.endsWith(DATA);

/** Whether the data of a page is all there, so that it can be drawn from nothing else. */
export const isWhole = (data: string): boolean =>
	data.startsWith('{"type":"data"') && !data.includes(LEFT_OUT);

/** Forgets all pages in this browser. Harmless where there are none. */
export async function forgetPages(): Promise<void> {
	if (typeof caches === 'undefined') return;
	const names = await caches.keys().catch(() => []);
	await Promise.all(names.filter(arePages).map((name) => caches.delete(name)));
}
