import { TRPCClientError } from '@trpc/client';
import { isRetryable, type ErrorCode } from '#protocol/errors';
import type { AppRouter } from '$lib/server/trpc/router';
import { pageMessage } from './page-messages';

/** What a failed call tells the page. */
export interface CallFailure {
	/** Absent when no answer came at all: offline, or the server is gone. */
	code?: ErrorCode;
	/** Why it was refused: `idea.conflict`. */
	reason?: string;
	message: string;
	/** Sentences by field of the input. */
	fields: Record<string, string[]>;
	retryAfterSeconds?: number;
	requestId?: string;
	/** Whether trying the same again later may help. */
	retryable: boolean;
}

/** Reads what a call to the API threw. */
export function callFailure(cause: unknown): CallFailure {
	if (!(cause instanceof TRPCClientError)) throw cause;
	const { data } = cause as TRPCClientError<AppRouter>;
	if (!data) {
		const message = 'You are offline, or Coda cannot be reached.';
		return { message, fields: {}, retryable: true };
	}
	const seconds = data.params?.retryAfterSeconds;
	return {
		code: data.code,
		reason: data.reason,
		message: cause.message || pageMessage('server.error'),
		fields: data.fields ?? {},
		retryAfterSeconds: typeof seconds === 'number' ? seconds : undefined,
		requestId: data.requestId,
		retryable: isRetryable(data.code)
	};
}
