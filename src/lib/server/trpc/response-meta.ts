import type { TRPCError } from '@trpc/server';
import { ERROR_STATUS } from '#protocol/errors';
import { errorDetails, publicError } from './init';

const OUTAGE_RETRY_SECONDS = 5;

/** Headers of every answer of the API: private, and with the time to wait where there is one. */
export function apiResponseMeta({ errors }: { errors: readonly TRPCError[] }) {
	const headers: Record<string, string> = { 'cache-control': 'private, no-store' };
	const waits = errors.map(retryAfterSeconds).filter((seconds) => seconds > 0);
	if (waits.length > 0) headers['retry-after'] = String(Math.max(...waits));
	return { headers };
}

function retryAfterSeconds(error: TRPCError): number {
	const safe = publicError(error);
	if (ERROR_STATUS[safe.code] === 503) return OUTAGE_RETRY_SECONDS;
	return Number(errorDetails(safe).params?.retryAfterSeconds ?? 0);
}
