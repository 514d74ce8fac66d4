import { TRPCError } from '@trpc/server';
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server';
import { messageFor, type Reason, type ReasonParams } from '$lib/messages';

/** The cause of a refusal: why, in a form that a program can act on. */
export class RefusalCause extends Error {
	constructor(
		readonly reason: Reason,
		readonly params: ReasonParams,
		/** What is wrong with which field of the input, where a field is to blame. */
		readonly fields?: Record<string, string[]>
	) {
		super(reason);
		this.name = 'RefusalCause';
	}
}

/** An error for a rule that says no, in words for the person. Throw it where the rule lives. */
export function refusal(code: TRPC_ERROR_CODE_KEY, reason: Reason, params: ReasonParams = {}) {
	return new TRPCError({
		code,
		message: messageFor(reason, params),
		cause: new RefusalCause(reason, params)
	});
}

/** A refusal that one field of the input is to blame for. */
export function fieldRefusal(field: string, reason: Reason, params: ReasonParams = {}) {
	const message = messageFor(reason, params);
	return new TRPCError({
		code: 'BAD_REQUEST',
		message,
		cause: new RefusalCause(reason, params, { [field]: [message] })
	});
}
