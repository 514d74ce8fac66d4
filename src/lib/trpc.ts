import { createTRPCClient, httpBatchLink, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { AppRouter } from '$lib/server/trpc/router';
import { LIMITS } from './limits';
import { transformer } from './transformer';

/** Browsers let a page leave at most 64 KiB of unfinished requests behind. */
const KEEPALIVE_CHARS = 16_000;

/** Who this page belongs to, and what happens when the server finds someone else signed in. */
let acting: { userId: string; onOtherPerson: () => void } | undefined;

/**
 * Says in whose name the calls of this page are made. The server refuses them once someone else is
 * signed in in this browser. Only for the browser: on the server a module is everyone's.
 */
export function actAs(userId: string, onOtherPerson: () => void): void {
	acting = { userId, onOtherPerson };
}

const noticeOtherPerson: TRPCLink<AppRouter> =
	() =>
	({ op, next }) =>
		observable((observer) =>
			next(op).subscribe({
				next: (value) => observer.next(value),
				error: (failure) => {
					if (failure.data?.reason === 'auth.otherPerson') acting?.onOtherPerson();
					observer.error(failure);
				},
				complete: () => observer.complete()
			})
		);

/** Who hears of each change that the server has taken. */
const changeListeners = new Set<(path: string) => void>();

/**
 * Lets someone hear of each change that the server has taken, by its path: `ideas.delete`. Only for the browser.
 *
 * @returns stops that
 */
export function onChanged(listener: (path: string) => void): () => void {
	changeListeners.add(listener);
	return () => void changeListeners.delete(listener);
}

const noticeChanges: TRPCLink<AppRouter> =
	() =>
	({ op, next }) =>
		observable((observer) =>
			next(op).subscribe({
				next: (value) => {
					if (op.type === 'mutation') for (const hear of changeListeners) hear(op.path);
					observer.next(value);
				},
				error: (failure) => observer.error(failure),
				complete: () => observer.complete()
			})
		);

/** A change that is on its way arrives also when the page is left or reloaded in that moment. */
const fetchToTheEnd: typeof fetch = (input, init) => {
	const { body } = init ?? {};
	const keepalive = typeof body === 'string' && body.length < KEEPALIVE_CHARS;
	return fetch(input, { ...init, keepalive });
};

/** The API from the browser. Calls of the same moment travel in one request. */
export const trpc = createTRPCClient<AppRouter>({
	links: [
		noticeOtherPerson,
		noticeChanges,
		httpBatchLink({
			url: '/api/trpc',
			transformer,
			maxItems: LIMITS.apiBatchCalls,
			headers: () => (acting ? { 'coda-user': acting.userId } : {}),
			fetch: fetchToTheEnd
		})
	]
});
