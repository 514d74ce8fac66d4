import { error, text, type Handle, type RequestEvent } from '@sveltejs/kit';
import { building } from '$app/environment';
import { ERROR_STATUS } from '#protocol/errors';
import { LIMITS } from '$lib/limits';
import { messageFor } from '$lib/messages';
import { apiError, type TurnedAway } from './api-error';
import { bodyLimit, isForeign, isProbe, refusedMethod } from './edge-rules';
import { env } from './env';
import { isForeignForm } from './form-origin';
import { isLoopbackAddress, isLoopbackHost } from './origin';

const API = '/api/';

/**
 * Turns away what needs no database to be turned away: what no page of ours would send, and pages for
 * developers on anything but this machine. Those go by their route, because an address can be written
 * in many ways.
 */
export const guardHandle: Handle = ({ event, resolve }) => {
	if (building) return resolve(event);
	const { pathname } = event.url;
	if (isProbe(pathname)) return text('There is nothing at this address.\n', { status: 404 });
	const refused = refuse(event);
	if (refused) return refused;
	const isForDevelopers = /^\/dev(\/|$)/.test(event.route.id ?? '');
	if (isForDevelopers && !isDeveloper(event)) {
		error(404, { message: messageFor('page.notFound'), requestId: event.locals.requestId });
	}
	return resolve(event);
};

/** Development tier, from this machine, by a name of this machine. */
function isDeveloper(event: RequestEvent): boolean {
	if (env().tier !== 'development' || !isLoopbackHost(event.url.hostname)) return false;
	try {
		return isLoopbackAddress(event.getClientAddress());
	} catch {
		// A connection that is already closed has no address any more.
		return false;
	}
}

function refuse(event: RequestEvent): Response | undefined {
	const { request, url } = event;
	const { pathname } = url;
	if (pathname.length + url.search.length > LIMITS.urlChars) {
		return answer(event, { status: 414, code: 'BAD_REQUEST', reason: 'address.tooLong' });
	}
	const methods = refusedMethod(pathname, request.method);
	if (methods) {
		const refused = answer(event, { code: 'METHOD_NOT_SUPPORTED', reason: 'method.unknown' });
		refused.headers.set('allow', methods.join(', '));
		return refused;
	}
	if (isForeignForm(event)) {
		return answer(event, { code: 'FORBIDDEN', reason: 'form.foreign' });
	}
	if (isForeign(request, url.origin)) {
		return answer(event, { code: 'FORBIDDEN', reason: 'request.foreign' });
	}
	if (Number(request.headers.get('content-length') ?? 0) > bodyLimit(pathname)) {
		return answer(event, { code: 'PAYLOAD_TOO_LARGE', reason: 'body.tooLarge' });
	}
	return undefined;
}

/** To programs an error in the form that the API's clients read, to anyone else the sentence. */
function answer(event: RequestEvent, refused: TurnedAway): Response {
	if (event.url.pathname.startsWith(API)) return apiError(event, refused);
	const { reason, code, status = ERROR_STATUS[code] } = refused;
	return text(`${messageFor(reason)}\n`, { status });
}
