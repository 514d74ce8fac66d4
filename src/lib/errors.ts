import { TRPCClientError } from '@trpc/client';
import type { AppRouter } from '$lib/server/trpc/router';
import { messageFor } from './messages';

/** The vocabulary of errors: tRPC's names and the HTTP status of each. */
export const ERROR_STATUS = {
	PARSE_ERROR: 400,
	BAD_REQUEST: 400,
	UNAUTHORIZED: 401,
	PAYMENT_REQUIRED: 402,
	FORBIDDEN: 403,
	NOT_FOUND: 404,
	METHOD_NOT_SUPPORTED: 405,
	TIMEOUT: 408,
	CONFLICT: 409,
	PRECONDITION_FAILED: 412,
	PAYLOAD_TOO_LARGE: 413,
	UNSUPPORTED_MEDIA_TYPE: 415,
	UNPROCESSABLE_CONTENT: 422,
	PRECONDITION_REQUIRED: 428,
	TOO_MANY_REQUESTS: 429,
	CLIENT_CLOSED_REQUEST: 499,
	INTERNAL_SERVER_ERROR: 500,
	NOT_IMPLEMENTED: 501,
	BAD_GATEWAY: 502,
	SERVICE_UNAVAILABLE: 503,
	GATEWAY_TIMEOUT: 504
} as const;

/** The name of an error. */
export type ErrorCode = keyof typeof ERROR_STATUS;

const RETRYABLE: ReadonlySet<ErrorCode> = new Set([
	'TIMEOUT',
	'TOO_MANY_REQUESTS',
	'BAD_GATEWAY',
	'SERVICE_UNAVAILABLE',
	'GATEWAY_TIMEOUT'
]);

/** Whether trying the same again later may help. */
export const isRetryable = (code: ErrorCode): boolean => RETRYABLE.has(code);

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
		message: cause.message || messageFor('server.error'),
		fields: data.fields ?? {},
		retryAfterSeconds: typeof seconds === 'number' ? seconds : undefined,
		requestId: data.requestId,
		retryable: isRetryable(data.code)
	};
}
