import { json, type Handle, type RequestEvent } from '@sveltejs/kit';
import { building } from '$app/environment';
import { messageFor, type Reason } from '$lib/messages';
import { apiError } from './api-error';
import { readSession } from './auth/session';
import { maintenanceNow, retryAfterSeconds } from './maintenance';
import { freshSwitches } from './switches';
import { within } from './within';

/** Where the API answers. */
const API = '/api/trpc/';

/**
 * What answers whatever is switched: liveness and readiness, the status page, what runs here, the page for
 * maintenance itself and the crons, which say by themselves that they rest.
 */
const ALWAYS =
	/^\/(healthz|readyz|status(\.json)?|maintenance|api\/(version|status|cron(\/[^/]+)?))$/;

/**
 * The way in and out: an admin signs in to see the inside, and nobody is kept from signing out. A relay and a monitor
 * outside show secrets of their own: who is not heard of for a while would be told as gone.
 */
const OPEN_IN_FULL = /^\/(sign-in(\/.*)?|sign-out|dev\/.*|api\/(relay\/presence|alerts\/inbound))$/;

/**
 * What may be sent in read-only: the API and the forms that go through it, whose procedures refuse by
 * themselves and leave the text in the form; signing out; and closing an announcement, which then only this
 * browser remembers. Pages go by their route, because an address can be written in many ways.
 */
const GUARDED_BY_API = /^\/(\((app|admin)\)\/|\(auth\)\/report$)/;
const HARMLESS = /^\/(sign-out|announcement)$/;

/** How long a page for maintenance waits until it looks again by itself. */
const REFRESH_SECONDS = '15';
const SESSION_MS = 1_000;

/** Turns away whom maintenance keeps out, before anything else is asked of the database. */
export const maintenanceHandle: Handle = async ({ event, resolve }) => {
	if (building || ALWAYS.test(event.url.pathname)) return resolve(event);
	await freshSwitches();
	const { mode } = maintenanceNow();
	if (mode === 'read-only' && isForbiddenWrite(event)) {
		return refuse(event, 'maintenance.readOnly');
	}
	if (mode === 'full' && !OPEN_IN_FULL.test(event.url.pathname) && !(await isAdmin(event))) {
		return refuse(event, 'maintenance.full');
	}
	return resolve(event);
};

function isForbiddenWrite({ request, url, route }: RequestEvent): boolean {
	if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return false;
	return !(
		url.pathname.startsWith(API) ||
		HARMLESS.test(url.pathname) ||
		GUARDED_BY_API.test(route.id ?? '')
	);
}

/** A database that is being worked on may not answer: then nobody is known to be an admin. */
async function isAdmin(event: RequestEvent): Promise<boolean> {
	event.locals.session = await within(SESSION_MS, readSession(event));
	return event.locals.session?.user.role === 'admin';
}

/** The refusal in the form that whoever asked can read. */
async function refuse(event: RequestEvent, reason: Reason): Promise<Response> {
	const response = await refusalFor(event, reason);
	response.headers.set('retry-after', String(retryAfterSeconds(maintenanceNow())));
	if (event.request.method === 'GET') response.headers.set('refresh', REFRESH_SECONDS);
	return response;
}

async function refusalFor(event: RequestEvent, reason: Reason): Promise<Response> {
	const { request, url, locals } = event;
	const status = 503;
	if (url.pathname.startsWith(API)) return apiError(event, { code: 'SERVICE_UNAVAILABLE', reason });

	const { message, until } = maintenanceNow();
	const params = { message, until: until?.toISOString() ?? '' };
	const error = { message: messageFor(reason), reason, params, requestId: locals.requestId };
	// A form that a script has sent, and the data of a page that a script is about to show.
	if (request.headers.has('x-sveltekit-action')) return json({ type: 'error', error }, { status });
	if (event.isDataRequest) return json(error, { status });
	if (url.pathname.startsWith('/api/') || !acceptsPages(request)) {
		const { requestId } = locals;
		return json({ error: error.message, reason, ...params, requestId }, { status });
	}
	if (request.method === 'HEAD') return new Response(null, { status });
	const page = await event.fetch('/maintenance');
	const headers = new Headers();
	for (const name of ['content-type', 'content-security-policy']) {
		const value = page.headers.get(name);
		if (value) headers.set(name, value);
	}
	return new Response(page.body, { status, headers });
}

function acceptsPages({ headers }: Request): boolean {
	const accept = headers.get('accept') ?? '*/*';
	return accept.includes('text/html') || accept.includes('*/*');
}
