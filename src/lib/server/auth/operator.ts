import type { RequestEvent } from '@sveltejs/kit';
import { env } from '../env';
import { within } from '../within';
import { bearerMatches } from './cron-secret';
import { readSession } from './session';

/** Nobody waits longer for a database that may be the reason of asking. */
const SESSION_MS = 1_000;

/**
 * Whether a request comes from somebody who runs this service: an admin who is signed in, or a program
 * that knows the cron secret. The secret works without the database; a session that cannot be read in
 * a second is nobody's.
 */
export async function isOperator(event: RequestEvent): Promise<boolean> {
	const authorization = event.request.headers.get('authorization');
	if (bearerMatches(authorization, env().CRON_SECRET)) return true;
	return (await within(SESSION_MS, readSession(event)))?.user.role === 'admin';
}
