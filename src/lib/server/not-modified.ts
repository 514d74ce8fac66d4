import { createHash } from 'node:crypto';
import type { Handle } from '@sveltejs/kit';
import { count } from './counters';

/** Calls of the API whose answers a browser may keep, and must ask about before each use. */
const LISTS =
	/^\/api\/trpc\/(?:(?:ideas\.list|features\.list|trash\.list|tags\.list|search\.titles),?)+$/;

/**
 * Lists of the API answer 304 when they are as the browser has them: a tab that comes back to the front asks
 * for everything anew, and mostly nothing has changed. The kept answer belongs to one person and page: the
 * session's cookie and the person's header are part of what it is kept under.
 */
export const notModifiedHandle: Handle = async ({ event, resolve }) => {
	const { request, url } = event;
	const response = await resolve(event);
	if (request.method !== 'GET' || response.status !== 200 || !LISTS.test(url.pathname)) {
		return response;
	}
	const body = await response.text();
	const headers = new Headers(response.headers);
	const tag = `W/"${createHash('sha256').update(body).digest('base64url')}"`;
	headers.set('etag', tag);
	headers.set('cache-control', 'private, no-cache');
	headers.append('vary', 'cookie, coda-user');
	if (request.headers.get('if-none-match') !== tag) return new Response(body, { headers });
	count('answers.notModified');
	for (const name of ['content-type', 'content-length']) headers.delete(name);
	return new Response(null, { status: 304, headers });
};
