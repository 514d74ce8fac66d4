import { error as pageError } from '@sveltejs/kit';
import { TRPCError } from '@trpc/server';
import { ERROR_STATUS } from '#protocol/errors';
import { messageFor } from '$lib/messages';
import { isDatabaseUnreachable } from './database-error';
import { log } from './log';
import { errorDetails, publicError } from './trpc/init';

/**
 * Ends the request with the page for an error: its status, its words, and what a form needs.
 *
 * @throws kit's error, always
 */
export function throwPageError(error: TRPCError, requestId: string): never {
	const safe = publicError(error);
	pageError(ERROR_STATUS[safe.code], {
		message: safe.message,
		requestId,
		...errorDetails(safe)
	});
}

/**
 * Runs work of a page or form action that asks the database without the API: an outage becomes the
 * 503 page, a refusal its own page, and anything else stays the bug that it is.
 */
export async function orPageError<T>(requestId: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof TRPCError) throwPageError(error, requestId);
		if (!isDatabaseUnreachable(error)) throw error;
		log('error', 'Database connection failed', { error });
		pageError(503, { message: messageFor('service.unavailable'), requestId });
	}
}
