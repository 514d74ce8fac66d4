import type { HandleClientError } from '@sveltejs/kit';
import { pageMessage } from '$lib/page-messages';

/** What tells of errors is only loaded when there is one. Where it fails itself, which is an error again, it is left. */
let report = (error: unknown): unknown =>
	import('$lib/state/error-report')
		.then((it) => it.reportError(error))
		.catch(() => (report = () => 0));

addEventListener('error', (event) => report(event.error));
addEventListener('unhandledrejection', (event) => report(event.reason));

/** A page that could not be loaded because there is no network says so, instead of blaming itself. */
export const handleError: HandleClientError = ({ error, status, message }) => {
	const isNetwork =
		!navigator.onLine || (error instanceof TypeError && /fetch|load/i.test(error.message));
	if (status >= 500 && isNetwork) {
		return { message: 'You are offline, or Coda cannot be reached.', reason: 'offline' };
	}
	if (status >= 500) report(error);
	return { message: status >= 500 ? pageMessage('server.error') : message };
};
