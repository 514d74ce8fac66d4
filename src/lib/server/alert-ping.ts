import { env } from './env';
import { log } from './log';
import { sendOutbound } from './outbound';

/*
 * A scheduler that is dead cannot say so. Somebody outside can, who expects a sign of life and misses it: any
 * service that takes what healthchecks.io takes, `<address>/start`, `<address>` and `<address>/fail`.
 */

const PING_MS = 5_000;

/** Shows a sign of life to whoever ALERT_PING_URL names. Never throws: whoever misses it tells. */
export async function pingOutside(what: 'start' | 'ok' | 'fail'): Promise<void> {
	const { ALERT_PING_URL: address } = env();
	if (!address) return;
	const url = new URL(address);
	if (what !== 'ok') url.pathname = `${url.pathname.replace(/\/$/, '')}/${what}`;
	try {
		await sendOutbound(url, {
			method: 'POST',
			body: '',
			namedBy: 'operator',
			timeoutMs: PING_MS,
			maxResponseBytes: 64_000
		});
	} catch (error) {
		log('warn', 'Sign of life could not be shown', { what, error });
	}
}

/** How long one failure that the clock met speaks for those after it. */
const FAILED_MS = 30_000;
let failedAt = -Infinity;

/** The clock could not even look, as without a database: nobody inside can tell, so whoever is outside is told. */
export async function pingFailedClock(): Promise<void> {
	if (performance.now() - failedAt < FAILED_MS) return;
	failedAt = performance.now();
	await pingOutside('fail');
}
