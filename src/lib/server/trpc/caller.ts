import { redirect, type RequestEvent } from '@sveltejs/kit';
import type { TRPCError } from '@trpc/server';
import { freshSignInPath, signInPath } from '../auth/sign-in-path';
import { captureException } from '../capture';
import { log } from '../log';
import { throwPageError } from '../page-error';
import { RefusalCause } from '../refusal';
import { createContext } from './context';
import { createCallerFactory, errorDetails, publicError } from './init';
import { appRouter } from './router';

const createCaller = createCallerFactory(appRouter);

/** The API without the HTTP hop. */
export type Caller = ReturnType<typeof createCaller>;

/**
 * The API for `load` and form actions of this request. An error becomes the page's error with its
 * status and words; where nobody is signed in, the way leads to the sign-in page and back.
 */
export const callerFor = (event: RequestEvent): Caller =>
	createCaller(() => createContext(event, event.request.method === 'POST' ? 'form' : 'load'), {
		signal: event.request.signal,
		onError: ({ error, path }) => throwAsPageError(event, error, path)
	});

function throwAsPageError(event: RequestEvent, error: TRPCError, path = ''): never {
	logError(error, path);
	if (error.code === 'UNAUTHORIZED') redirect(303, signInPath(event));
	if (errorDetails(error).reason === 'auth.fresh') redirect(303, freshSignInPath(event));
	throwPageError(error, event.locals.requestId);
}

/** Logs and keeps what the person cannot mend: bugs as errors, outages as warnings. Refusals are no news. */
export function logError(error: TRPCError, path: string): void {
	if (error.cause instanceof RefusalCause) return;
	const { code } = publicError(error);
	if (code !== 'INTERNAL_SERVER_ERROR' && code !== 'SERVICE_UNAVAILABLE') return;
	const cause = error.cause ?? error;
	const isOutage = code === 'SERVICE_UNAVAILABLE';
	log('error', isOutage ? 'Database connection failed' : 'Call failed', { path, error: cause });
	captureException(cause, { tags: { call: path } });
}
