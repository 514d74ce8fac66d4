import type { RequestEvent } from '@sveltejs/kit';

/** The sign-in page that leads back to what was asked for. A form cannot be sent again, so it leads to its page. */
export function signInPath({ url }: RequestEvent): string {
	const asked = new URLSearchParams(url.search);
	for (const key of [...asked.keys()]) if (key.startsWith('/')) asked.delete(key);
	const query = asked.size > 0 ? `?${asked}` : '';
	return `/sign-in?callbackUrl=${encodeURIComponent(url.pathname + query)}`;
}
