import { error, json, type Handle, type RequestEvent } from '@sveltejs/kit';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { building } from '$app/environment';
import { ERROR_STATUS, type ErrorCode } from '$lib/errors';
import { LIMITS } from '$lib/limits';
import { messageFor, type Reason } from '$lib/messages';
import { transformer } from '$lib/transformer';
import { env } from './env';
import { isForeignForm } from './form-origin';
import { isLoopbackAddress, isLoopbackHost } from './origin';

const API = '/api/trpc/';

/**
 * Turns away what needs no database to be turned away: pages for developers on anything but this
 * machine, and calls to the API that are too large. Pages go by their route, because an address can be
 * written in many ways.
 */
export const guardHandle: Handle = ({ event, resolve }) => {
	if (building) return resolve(event);
	const { pathname } = event.url;
	const isForDevelopers = /^\/dev(\/|$)/.test(event.route.id ?? '');
	if (isForDevelopers && !isDeveloper(event)) {
		error(404, { message: 'There is nothing at this address.', requestId: event.locals.requestId });
	}
	if (isForeignForm(event)) {
		error(403, { message: messageFor('form.foreign'), requestId: event.locals.requestId });
	}
	if (pathname.startsWith(API)) {
		const refused = refuseCall(event);
		if (refused) return refused;
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

function refuseCall(event: RequestEvent): Response | undefined {
	const { request } = event;
	if (Number(request.headers.get('content-length') ?? 0) > LIMITS.apiBodyBytes) {
		return apiError(event, 'PAYLOAD_TOO_LARGE', 'body.tooLarge');
	}
	return undefined;
}

/** An error in the form that the API's clients read, for calls that never reach a procedure. */
function apiError(event: RequestEvent, code: ErrorCode, reason: Reason): Response {
	const { requestId } = event.locals;
	const error = transformer.output.serialize({
		message: messageFor(reason),
		code: TRPC_ERROR_CODES_BY_KEY[code],
		data: { code, httpStatus: ERROR_STATUS[code], reason, requestId }
	});
	return json({ error }, { status: ERROR_STATUS[code] });
}
