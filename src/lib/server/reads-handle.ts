import type { Handle } from '@sveltejs/kit';
import { building } from '$app/environment';
import { env } from './env';
import { PRIMARY_SECONDS } from './replica';
import { withReads } from './request-context';

const COOKIE = 'coda-wrote';

/**
 * Says where lists are read for a request. Whoever has just changed something carries a cookie for a few
 * seconds and reads from the primary meanwhile, on whichever instance the next request lands.
 */
export const readsHandle: Handle = ({ event, resolve }) => {
	if (building || !env().DATABASE_REPLICA_URL) return resolve(event);
	const mayBeBehind = event.cookies.get(COOKIE) === undefined;
	return withReads(mayBeBehind, async (reads) => {
		const response = await resolve(event);
		if (reads.hasWritten) {
			const cookie = event.cookies.serialize(COOKIE, '1', {
				path: '/',
				httpOnly: true,
				sameSite: 'lax',
				secure: event.url.protocol === 'https:',
				maxAge: PRIMARY_SECONDS
			});
			response.headers.append('set-cookie', cookie);
		}
		return response;
	});
};
