import { waitUntil } from '@vercel/functions';
import { env } from './env';
import { log } from './log';

const running = new Set<Promise<void>>();

/**
 * Runs work after the response has gone. On Vercel the function stays alive for it; on Node it is
 * tracked, and `drainDeferred()` waits for it before the process ends. What must not be lost goes
 * into the outbox first: this only makes it happen soon.
 *
 * @param name what the work is, for the log line when it fails
 */
export function defer(name: string, work: () => Promise<unknown>): void {
	const done: Promise<void> = Promise.resolve()
		.then(work)
		.then(() => undefined)
		.catch((error: unknown) => log('error', 'Deferred work failed', { work: name, error }))
		.finally(() => running.delete(done));
	running.add(done);
	if (env().VERCEL) waitUntil(done);
}

/** Resolves when all deferred work has ended, also the work that it deferred itself. */
export async function drainDeferred(): Promise<void> {
	while (running.size > 0) await Promise.all(running);
}
