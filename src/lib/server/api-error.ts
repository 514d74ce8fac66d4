import { json, type RequestEvent } from '@sveltejs/kit';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { ERROR_STATUS, type ErrorCode } from '#protocol/errors';
import { messageFor, type Reason } from '$lib/messages';
import { transformer } from '$lib/transformer';

/** Why a request is turned away before it reaches a procedure or a page. */
export interface TurnedAway {
	code: ErrorCode;
	reason: Reason;
	/** Where the vocabulary of errors has no name for it. */
	status?: number;
}

/** An error in the form that the API's clients read, for calls that never reach a procedure. */
export function apiError(
	{ locals: { requestId } }: RequestEvent,
	{ code, reason, status = ERROR_STATUS[code] }: TurnedAway
): Response {
	const error = transformer.output.serialize({
		message: messageFor(reason),
		code: TRPC_ERROR_CODES_BY_KEY[code],
		data: { code, httpStatus: status, reason, requestId }
	});
	return json({ error }, { status });
}
