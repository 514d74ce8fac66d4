import { waitUntil } from '@vercel/functions';
import { env } from './env';
import { log } from './log';
import { measuring } from './measures';
import { untraced } from './tracing';

const running = new Set<Promise<void>>();

let whenFailed: (error: unknown, work: string) => void = () => undefined;

/** Lets something keep errors of deferred work. It may not throw. */
export function setDeferredErrorKeeper(keeper: typeof whenFailed): void {
	whenFailed = keeper;
}

/**
 * Runs work after the response has gone. On Vercel the function stays alive for it; on Node it is
 * tracked, and `drainDeferred()` waits for it before the process ends. What must not be lost goes
 * into the outbox first: this only makes it happen soon.
 *
 * @param name what the work is, for the log line when it fails
 */
export function defer(name: string, work: () => Promise<unknown>): void {
	const startedAt = performance.now();
	const measured = (outcome: 'done' | 'failed') =>
		measuring()?.deferred(name, outcome, performance.now() - startedAt);
	const done: Promise<void> = Promise.resolve()
		.then(work)
		.then(() => measured('done'))
		.catch((error: unknown) => {
			measured('failed');
			log('error', 'Deferred work failed', { work: name, error });
			whenFailed(error, name);
		})
		.finally(() => running.delete(done));
	running.add(done);
	if (env().VERCEL) waitUntil(done);
}

/**
 * Runs work in so many milliseconds, for whoever gathers first. On Node a timer keeps no process alive: what is
 * gathered is written before the process ends. On Vercel the function stays alive until it is done.
 */
export function deferFor(name: string, ms: number, work: () => Promise<void>): void {
	const wait = (done: () => void) => setTimeout(done, ms);
	// It is of all who gathered, and part of no one's trace.
	untraced(() => {
		if (env().VERCEL) defer(name, () => new Promise<void>(wait).then(work));
		else wait(() => void work()).unref();
	});
}

/** Resolves when all deferred work has ended, also the work that it deferred itself. */
export async function drainDeferred(): Promise<void> {
	while (running.size > 0) await Promise.all(running);
}
