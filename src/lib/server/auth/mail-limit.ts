import type { RequestEvent } from '@sveltejs/kit';
import { clientAddress, networkOf } from '../client-address';
import { checkLimit, enforceLimit } from '../rate-limit';

const HELD_BACK_SECONDS = 120;

/**
 * Counts one mail that a stranger asks for. One address is refused, for one account and at all; an account
 * that is asked for from everywhere gets its mail late, so that nobody keeps its owner out.
 *
 * @returns how long to hold the mail back
 * @throws TOO_MANY_REQUESTS
 */
export async function countMail(
	event: RequestEvent,
	email: string
): Promise<{ delaySeconds: number }> {
	const address = networkOf(clientAddress(event));
	await enforceLimit('signInMailAddress', address);
	await enforceLimit('signInMail', email, address);
	const account = await checkLimit('signInMailAccount', email);
	return { delaySeconds: account.allowed ? 0 : HELD_BACK_SECONDS };
}
