import type { Handle, RequestEvent } from '@sveltejs/kit';
import { building } from '$app/environment';
import { relaySources } from '#protocol/moves';
import { NOBODY, WHOSE_HEADER } from '$lib/kept-pages';
import { sessionToken } from './auth/session';
import { count } from './counters';
import { env } from './env';
import { rateLimitHeaders } from './rate-limit-headers';
import securityHeaders from './security-headers.json';

const OUTAGE_RETRY_SECONDS = '5';

/**
 * Security and caching headers of every answer that this program makes. Files and prerendered pages
 * get the same ones from `scripts/serve.mjs` and `vercel.json`.
 */
export const headersHandle: Handle = async ({ event, resolve }) => {
	const response = await resolve(event);
	if (building) return response;
	const { headers } = response;
	for (const [name, value] of Object.entries(securityHeaders)) {
		// A page may be stricter than the rest.
		if (!headers.has(name)) headers.set(name, value);
	}
	admitRelay(headers);
	if (event.url.protocol === 'https:') {
		headers.set('strict-transport-security', 'max-age=63072000; includeSubDomains');
	}
	if (env().tier === 'development') headers.set('cache-control', 'no-store');
	else if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-store');
	if (env().tier !== 'production') headers.set('x-robots-tag', 'noindex');
	if (isPage(event)) headers.set(WHOSE_HEADER, event.locals.session?.user.id ?? NOBODY);
	// The lists of a session that is over lie in the browser's cache, to be asked about anew: they go.
	if (isOver(event) && isToSignIn(response)) headers.set('clear-site-data', '"cache"');
	for (const [name, value] of Object.entries(rateLimitHeaders())) headers.set(name, value);
	if (response.status === 503) {
		count('answers.unavailable');
		// Maintenance knows better when it is over.
		if (!headers.has('retry-after')) headers.set('retry-after', OUTAGE_RETRY_SECONDS);
		// Without JavaScript the page tries again by this; a form that was sent is not sent again.
		if (event.request.method === 'GET' && !headers.has('refresh')) {
			headers.set('refresh', OUTAGE_RETRY_SECONDS);
		}
	}
	return response;
};

/** Whether this is a page for somebody whose session has ended. */
const isOver = (event: RequestEvent): boolean =>
	isPage(event) && !event.locals.session && sessionToken(event) !== undefined;

/** Whether the answer leads to the sign-in page: once for each try, and not at the pages that anyone may read. */
const isToSignIn = ({ status, headers }: Response): boolean =>
	status === 303 && (headers.get('location') ?? '').startsWith('/sign-in');

/** Pages may connect to the relay, and to those to which it may send. Its address is known when the program runs, not when it is built. */
function admitRelay(headers: Headers): void {
	const { PUBLIC_DEVMODE_RELAY_URL: relay } = env();
	const policy = headers.get('content-security-policy');
	if (!relay || !policy) return;
	const admitted = policy.replace(
		"connect-src 'self'",
		`connect-src 'self' ${relaySources(relay).join(' ')}`
	);
	headers.set('content-security-policy', admitted);
}

/** Whether this is a page, and it is known whose. */
const isPage = ({ locals, url }: RequestEvent): boolean =>
	locals.trpc !== undefined && !locals.sessionError && !url.pathname.startsWith('/api/');
