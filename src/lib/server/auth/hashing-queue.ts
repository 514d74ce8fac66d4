import { refusal } from '../refusal';

/** Hashes at once: each takes 19 MiB and a thread of its own, of which Node has four. */
const AT_ONCE = 2;
/** More than this many wait for nothing but their time-out. */
const MAX_WAITING = 200;
/** What somebody who is turned away should wait. */
const RETRY_SECONDS = 10;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * Runs work that costs memory, a few at a time and the rest in order of arrival, so that a flood of
 * attempts takes time and not the machine.
 *
 * @throws TOO_MANY_REQUESTS when the line is too long
 */
export async function inHashingQueue<T>(work: () => Promise<T>): Promise<T> {
	if (running >= AT_ONCE) {
		if (waiting.length >= MAX_WAITING) {
			throw refusal('TOO_MANY_REQUESTS', 'rate.limited', { retryAfterSeconds: RETRY_SECONDS });
		}
		// Whoever leaves hands their place over, so that nobody who comes meanwhile takes it.
		await new Promise<void>((resolve) => waiting.push(resolve));
	} else {
		running += 1;
	}
	try {
		return await work();
	} finally {
		const next = waiting.shift();
		if (next) next();
		else running -= 1;
	}
}
