import type { AnyTRPCRouter } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { LIMITS } from '$lib/limits';

/** What trpc-sveltekit hands over: a request that it has taken apart. */
interface Options {
	router: AnyTRPCRouter;
	req: { method: string; headers: Headers; query: URLSearchParams; body: string };
	path: string;
	createContext?: () => Promise<unknown>;
	onError?: Parameters<typeof fetchRequestHandler>[0]['onError'];
	responseMeta?: Parameters<typeof fetchRequestHandler>[0]['responseMeta'];
}

/**
 * tRPC 10's `resolveHTTPResponse`, which trpc-sveltekit imports and tRPC 11 no longer has, answered
 * by tRPC 11's fetch resolver. `vite.config.ts` puts this module in the place of `@trpc/server/http`.
 */
export async function resolveHTTPResponse({ req, path, ...options }: Options) {
	const headers = new Headers(req.headers);
	// An answer line by line is for streams, and every answer here goes out whole.
	headers.delete('trpc-accept');
	const hasBody = req.method !== 'GET' && req.method !== 'HEAD';
	const response = await fetchRequestHandler({
		endpoint: '',
		req: new Request(new URL(`http://trpc.local/${path}?${req.query}`), {
			method: req.method,
			headers,
			body: hasBody ? req.body : undefined
		}),
		router: options.router,
		maxBatchSize: LIMITS.apiBatchCalls,
		createContext: () => options.createContext?.() as Promise<object>,
		onError: options.onError,
		responseMeta: options.responseMeta
	});
	// Whole, so that its length is known: the server compresses by it, and a connection is kept alive.
	const body = new Uint8Array(await response.arrayBuffer());
	return {
		status: response.status,
		headers: {
			...Object.fromEntries(response.headers),
			'content-length': String(body.byteLength)
		},
		body
	};
}
