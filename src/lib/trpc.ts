import { createTRPCClient, httpBatchLink } from '@trpc/client';
import type { AppRouter } from '$lib/server/trpc/router';
import { LIMITS } from './limits';
import { transformer } from './transformer';

/** Browsers let a page leave at most 64 KiB of unfinished requests behind. */
const KEEPALIVE_CHARS = 16_000;

/** A change that is on its way arrives also when the page is left or reloaded in that moment. */
const fetchToTheEnd: typeof fetch = (input, init) => {
	const { body } = init ?? {};
	const keepalive = typeof body === 'string' && body.length < KEEPALIVE_CHARS;
	return fetch(input, { ...init, keepalive });
};

/** The API from the browser. Calls of the same moment travel in one request. */
export const trpc = createTRPCClient<AppRouter>({
	links: [
		httpBatchLink({
			url: '/api/trpc',
			transformer,
			maxItems: LIMITS.apiBatchCalls,
			fetch: fetchToTheEnd
		})
	]
});
