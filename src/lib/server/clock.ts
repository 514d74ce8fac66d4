import { randomUUID } from 'node:crypto';
import { pingFailedClock } from './alert-ping';
import { isDatabaseUnreachable } from './database-error';
import { defer } from './defer';
import { env } from './env';
import { log } from './log';
import { maintenanceNow } from './maintenance';
import { runDueTasks } from './services/task-runs';
import { freshSwitches } from './switches';

/** How often the clock looks. A task is started at most this long after it was due. */
const LOOK_EVERY_MS = 15_000;

/**
 * On a Node server, looks in the database for what is due, and starts it; on Vercel its crons and the
 * relay's tick do. What fell due while no server ran is made up for at the first look.
 *
 * @returns a function that stops the clock: what it began comes to its end, and `drainDeferred()` waits for it
 */
export function startClock(): () => void {
	if (env().VERCEL) return () => undefined;
	const stopping = new AbortController();
	const lookSoon = () => defer('clock', () => look(stopping.signal));
	lookSoon();
	const timer = setInterval(lookSoon, LOOK_EVERY_MS).unref();
	return () => {
		clearInterval(timer);
		stopping.abort();
	};
}

async function look(signal: AbortSignal): Promise<void> {
	try {
		await freshSwitches();
		if (maintenanceNow().mode === 'read-only') return;
		const begun = await runDueTasks('clock', randomUUID(), { signal });
		log('debug', 'Clock looked', { begun: begun.map(({ task }) => task) });
	} catch (error) {
		const level = isDatabaseUnreachable(error) ? 'warn' : 'error';
		log(level, 'Clock could not look', { error });
		await pingFailedClock();
	}
}
