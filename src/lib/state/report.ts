import { callFailure, type CallFailure } from '$lib/errors';
import { toasts } from './toasts.svelte';

/**
 * Says what did not work and why, and offers the way out that there is.
 *
 * @param what begins the sentence: `Couldn’t delete “Kite”.`
 * @param again tries the same once more
 */
export function reportFailure(cause: unknown, what: string, again?: () => void): CallFailure {
	const failure = callFailure(cause);
	if (failure.code === 'UNAUTHORIZED') {
		toasts.problem(`${what} You are signed out.`, { label: 'Sign in', href: signInHref() });
	} else {
		const retry = failure.retryable && again ? { label: 'Try again', run: again } : undefined;
		toasts.problem(`${what} ${failure.message}`, retry);
	}
	return failure;
}

/** Says that a part of the page, whose code comes when it is wanted, did not come. */
export function reportMissing(what: string, again: () => void): void {
	const message = `${what} You are offline, or Coda cannot be reached.`;
	toasts.problem(message, { label: 'Try again', run: again });
}

/** The sign-in page, and back to where the person is. */
export function signInHref(): string {
	return `/sign-in?callbackUrl=${encodeURIComponent(location.pathname + location.search)}`;
}
