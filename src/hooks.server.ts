import { randomUUID } from 'node:crypto';
import type { Handle, HandleServerError, RequestEvent, ServerInit } from '@sveltejs/kit';
import { sequence } from '@sveltejs/kit/hooks';
import { createTRPCHandle } from 'trpc-sveltekit';
import { building } from '$app/environment';
import { messageFor } from '$lib/messages';
import { readSession } from '$lib/server/auth/session';
import { captureException, flushErrors, startErrorCollector } from '$lib/server/capture';
import { startClock } from '$lib/server/clock';
import { isDatabaseUnreachable } from '$lib/server/database-error';
import { db } from '$lib/server/db';
import { drainDeferred } from '$lib/server/defer';
import { env } from '$lib/server/env';
import { guardHandle } from '$lib/server/guard';
import { headersHandle } from '$lib/server/headers';
import { log } from '$lib/server/log';
import { flushLogs } from '$lib/server/log-drain';
import { flushLogStore, startLogStore } from '$lib/server/log-store';
import { closeMailTransport } from '$lib/server/mail/transport';
import { maintenanceHandle } from '$lib/server/maintenance-handle';
import { notModifiedHandle } from '$lib/server/not-modified';
import { operatorsHandle } from '$lib/server/operators-handle';
import { pageViewsHandle } from '$lib/server/page-views';
import { setRateMultiplierSource } from '$lib/server/rate-limit';
import { readsHandle } from '$lib/server/reads-handle';
import { requestContext, withRequestContext } from '$lib/server/request-context';
import { originOfRequest } from '$lib/server/request-origin';
import { hurryRequestTotals } from '$lib/server/request-totals';
import { writeStatementTimes } from '$lib/server/services/statement-times';
import { hearShedReports, tellShedReports } from '$lib/server/shed-reports';
import { startRecording } from '$lib/server/statement-recorder';
import { rateMultiplier } from '$lib/server/switches';
import { themeHandle } from '$lib/server/theme';
import { tracedHandle } from '$lib/server/traced-handle';
import { trafficHandle } from '$lib/server/traffic-handle';
import { callerFor, logError } from '$lib/server/trpc/caller';
import { createContext } from '$lib/server/trpc/context';
import { apiResponseMeta } from '$lib/server/trpc/response-meta';
import { appRouter } from '$lib/server/trpc/router';

/**
 * Paths that answer without knowing who is asking: those that must work when the database does not, those
 * that shared caches keep, and Auth.js's own, which are closed (signing in and out are forms of ours, and no
 * GET changes anything).
 */
const ANONYMOUS = new RegExp(
	`^/(${[
		'healthz|readyz|status(\\.json)?|maintenance|downloads/[^/]+',
		'schemas/idea-export-v1\\.json|robots\\.txt|sitemap\\.xml|accessibility|(terms|privacy)(/[^/]*)?',
		'api/(version|status|views|vitals|mail/resend|alerts/inbound|relay/presence|cron(/[^/]+)?)',
		'auth(/.*)?'
	].join('|')})$`
);

/** A request id that a proxy or a client chose is kept when it is harmless, else a new one is made. */
const REQUEST_ID = /^[\w.:-]{8,64}$/;

export const init: ServerInit = async () => {
	if (building) return;
	const endTelemetry = await startTelemetry();
	startLogStore();
	startErrorCollector();
	hearShedReports();
	for (const warning of env().warnings) log('warn', warning);
	setRateMultiplierSource(rateMultiplier);
	startRecording(writeStatementTimes);
	const stopClock = startClock();
	process.on('sveltekit:shutdown' as never, (shutdown: ShutdownEvent) => {
		stopClock();
		hurryRequestTotals();
		tellShedReports();
		shutdown.waitUntil?.(
			drainDeferred()
				.then(closeMailTransport)
				.then(writeStatementTimes)
				.then(flushErrors)
				.then(flushLogStore)
				.then(() => db.$disconnect())
				.then(() => Promise.all([endTelemetry(), flushLogs()]))
		);
	});
};

/** Where nobody wants traces and figures, nothing of OpenTelemetry is loaded. @returns what sends the rest of them */
async function startTelemetry(): Promise<() => Promise<void>> {
	if (!env().OTEL_EXPORTER_OTLP_ENDPOINT) return () => Promise.resolve();
	const telemetry = await import('$lib/server/telemetry/telemetry');
	return telemetry.startTelemetry();
}

/** What `scripts/serve.mjs` sends before the process ends. */
interface ShutdownEvent {
	waitUntil?: (work: Promise<unknown>) => void;
}

/** The route as log lines name it. What answers calls of the API stands before all routes. */
function routeOf({ route, url }: RequestEvent): string | undefined {
	if (route.id) return route.id;
	return url.pathname.startsWith('/api/trpc/') ? url.pathname.slice(0, 200) : undefined;
}

const identify: Handle = ({ event, resolve }) => {
	const given = event.request.headers.get('x-request-id') ?? '';
	const requestId = REQUEST_ID.test(given) ? given : randomUUID();
	event.locals.requestId = requestId;
	const origin = building ? undefined : originOfRequest(event);
	const answer = async () => {
		const startedAt = performance.now();
		const response = await resolve(event);
		response.headers.set('x-request-id', requestId);
		const level = response.status >= 500 ? 'warn' : 'debug';
		log(level, 'Request', {
			method: event.request.method,
			path: event.url.pathname,
			status: response.status,
			durationMs: Math.round(performance.now() - startedAt)
		});
		return response;
	};
	return withRequestContext({ requestId, route: routeOf(event) }, answer, origin);
};

const authenticate: Handle = async ({ event, resolve }) => {
	if (building || ANONYMOUS.test(event.url.pathname)) return resolve(event);
	event.locals.trpc = callerFor(event);
	try {
		// In full maintenance it was read already, to let admins in.
		event.locals.session ??= await readSession(event);
	} catch (error) {
		// Whoever needs to know the person throws it, where the page for an error can be drawn.
		event.locals.sessionError = error instanceof Error ? error : new Error(String(error));
	}
	const context = requestContext();
	if (context) context.userId = event.locals.session?.user.id;
	return resolve(event);
};

const api = createTRPCHandle({
	router: appRouter,
	url: '/api/trpc',
	createContext: async (event) => createContext(event, 'http'),
	responseMeta: apiResponseMeta,
	onError: ({ error, path }) => logError(error, path ?? '')
}) satisfies Handle;

export const handle = sequence(
	tracedHandle,
	identify,
	trafficHandle,
	headersHandle,
	guardHandle,
	maintenanceHandle,
	pageViewsHandle,
	authenticate,
	operatorsHandle,
	readsHandle,
	themeHandle,
	notModifiedHandle,
	api
);

export const handleError: HandleServerError = ({ error, event, status, message }) => {
	const { requestId } = event.locals;
	if (status === 404) return { message: 'There is nothing at this address.', requestId };
	if (isDatabaseUnreachable(error)) {
		log('error', 'Database connection failed', { error });
		captureException(error);
		return { message: messageFor('service.unavailable'), requestId };
	}
	if (status >= 500) {
		log('error', 'Unexpected error', { error });
		captureException(error);
		return { message: messageFor('server.error'), requestId };
	}
	return { message, requestId };
};
