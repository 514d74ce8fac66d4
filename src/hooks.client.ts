import type { HandleClientError } from '@sveltejs/kit';
import { pageMessage } from '$lib/page-messages';

/** A page that could not be loaded because there is no network says so, instead of blaming itself. */
export const handleError: HandleClientError = ({ error, status, message }) => {
	const isNetwork =
		!navigator.onLine || (error instanceof TypeError && /fetch|load/i.test(error.message));
	if (status >= 500 && isNetwork) {
		return { message: 'You are offline, or Coda cannot be reached.', reason: 'offline' };
	}
	return { message: status >= 500 ? pageMessage('server.error') : message };
};
