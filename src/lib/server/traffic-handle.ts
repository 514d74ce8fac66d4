import { isHttpError, isRedirect, type Handle, type RequestEvent } from '@sveltejs/kit';
import { building } from '$app/environment';
import { PAGES } from './build';
import { measuring } from './measures';
import { countAnswered, type AddBytes, type Answered } from './request-totals';

const API = '/api/trpc';
const pages = new Set(PAGES);

/** What asks whether Coda is there. It is no traffic. */
const PROBES = new Set(['/healthz', '/readyz']);

/** What answers without the database, and is asked all the time. */
const QUIET = new Set(['/healthz', '/api/version']);

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** By which requests are told apart in measurements and traces; whatever else comes is `_OTHER`. */
export const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts every request with its route, its status, how long its answer took to begin, and its bytes. */
export const trafficHandle: Handle = async ({ event, resolve }) => {
	if (building) return resolve(event);
	const startedAt = performance.now();
	let pageBytes: number | undefined;
	const answer = (status: number) => {
		const kind = kindOf(event);
		const durationMs = performance.now() - startedAt;
		const { method } = event.request;
		measuring()?.request({
			method: METHODS.has(method) ? method : '_OTHER',
			...{ route: kind.route, status, durationMs }
		});
		return countAnswered({ ...kind, status, durationMs });
	};
	try {
		const response = await resolve(event, {
			transformPageChunk: ({ html }) => {
				pageBytes = (pageBytes ?? 0) + Buffer.byteLength(html);
				return html;
			}
		});
		return withBytes(response, answer(response.status), pageBytes);
	} catch (cause) {
		// What a handle throws becomes an answer outside of here.
		answer(isHttpError(cause) || isRedirect(cause) ? cause.status : 500);
		throw cause;
	}
};

function kindOf({ route, url, request }: RequestEvent): Omit<Answered, 'status' | 'durationMs'> {
	const isCall = url.pathname.startsWith(`${API}/`);
	const name = isCall ? API : (route.id ?? '(no route)');
	const method = READS.has(request.method) ? 'read' : 'write';
	if (PROBES.has(name)) return { source: 'probe', method, route: name, isQuiet: QUIET.has(name) };
	if (name.startsWith('/(admin)')) return { source: 'operation', method, route: name };
	const isPage = !isCall && (route.id === null || pages.has(route.id));
	return { source: isPage ? 'page' : 'api', method, route: name, isQuiet: QUIET.has(name) };
}

/** A page's bytes were counted while it was made; of what says its length that is taken; else they are counted as they leave. */
function withBytes(response: Response, add: AddBytes, pageBytes: number | undefined): Response {
	const length = Number(response.headers.get('content-length') ?? NaN);
	if (pageBytes !== undefined || Number.isFinite(length) || !response.body) {
		add(pageBytes ?? (Number.isFinite(length) ? length : 0));
		return response;
	}
	const counting = new TransformStream<Uint8Array, Uint8Array>({
		transform(chunk, controller) {
			add(chunk.byteLength);
			controller.enqueue(chunk);
		}
	});
	return new Response(response.body.pipeThrough(counting), response);
}
