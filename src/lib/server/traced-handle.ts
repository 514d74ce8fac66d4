import { isHttpError, isRedirect, type Handle, type RequestEvent } from '@sveltejs/kit';
import { building } from '$app/environment';
import { bearerMatches } from './auth/cron-secret';
import { env } from './env';
import { scrub } from './fingerprint';
import { tracedAlone, type OpenSpan } from './tracing';
import { METHODS } from './traffic-handle';

const API = '/api/trpc';
const PATH_CHARS = 200;

/** One span for every request, around everything else that answers it. */
export const tracedHandle: Handle = ({ event, resolve }) => {
	if (building) return resolve(event);
	const method = METHODS.has(event.request.method) ? event.request.method : '_OTHER';
	const route = routeOf(event);
	const about = {
		name: route ? `${method} ${route}` : method,
		kind: 'server' as const,
		attributes: {
			'http.request.method': method,
			...(route && { 'http.route': route }),
			// Without the query, which may hold the token of a sign-in link.
			'url.path': pathOf(event),
			'url.scheme': event.url.protocol.slice(0, -1)
		},
		traceparent: traceparentOf(event),
		errorType: () => undefined
	};
	return tracedAlone(about, async (span) => {
		try {
			const response = await resolve(event);
			answered(span, event, response.status);
			return response;
		} catch (cause) {
			// What a handle throws becomes an answer outside of here.
			const isAnswer = isHttpError(cause) || isRedirect(cause);
			answered(span, event, isAnswer ? cause.status : 500);
			throw cause;
		}
	});
};

function answered(span: OpenSpan, { locals }: RequestEvent, status: number): void {
	span.set({ 'http.response.status_code': status, 'coda.request.id': locals.requestId });
	if (status >= 500) span.fail(String(status));
}

/** What answers calls of the API stands before all routes. */
function routeOf({ route, url }: RequestEvent): string | undefined {
	return route.id ?? (url.pathname.startsWith(`${API}/`) ? API : undefined);
}

/** A path that nobody has a route for may hold anything. */
const pathOf = ({ url }: RequestEvent) =>
	scrub(url.pathname.replace(/%40/g, '@')).slice(0, PATH_CHARS).toWellFormed();

/** Only who shows a secret of ours may say which trace a request is part of: anybody can write a header. */
function traceparentOf({ request: { headers } }: RequestEvent): string | undefined {
	const given = headers.get('traceparent');
	if (!given) return undefined;
	const secrets = env();
	const isOurs = bearerMatches(
		headers.get('authorization'),
		secrets.CRON_SECRET,
		secrets.CRON_SECRET_PREVIOUS,
		secrets.RELAY_INTERNAL_SECRET,
		secrets.RELAY_INTERNAL_SECRET_PREVIOUS
	);
	return isOurs ? given : undefined;
}
