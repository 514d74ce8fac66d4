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
 * @param wait what comes before the work: it is waited for, and no part of how long the work takes
 */
export function defer(
	name: string,
	work: () => Promise<unknown>,
	wait?: () => Promise<unknown>
): void {
	const done: Promise<void> = Promise.resolve()
		.then(wait)
		.then(() => measured(name, work))
		.catch((error: unknown) => {
			log('error', 'Deferred work failed', { work: name, error });
			whenFailed(error, name);
		})
		.finally(() => running.delete(done));
	running.add(done);
	if (env().VERCEL) waitUntil(done);
}

async function measured(name: string, work: () => Promise<unknown>): Promise<void> {
	const startedAt = performance.now();
	let outcome: 'done' | 'failed' = 'failed';
	try {
		await work();
		outcome = 'done';
	} finally {
		measuring()?.deferred(name, outcome, performance.now() - startedAt);
	}
}

/**
 * Runs work in so many milliseconds, for whoever gathers first. On Node a timer keeps no process alive: what is
 * gathered is written before the process ends. On Vercel the function stays alive until it is done.
 */
export function deferFor(name: string, ms: number, work: () => Promise<void>): void {
	const wait = (done: () => void) => setTimeout(done, ms);
	// It is of all who gathered, and part of no one's trace.
	untraced(() => {
		if (env().VERCEL) defer(name, work, () => new Promise<void>(wait));
		else wait(() => void measured(name, work)).unref();
	});
}

/** Resolves when all deferred work has ended, also the work that it deferred itself. */
export async function drainDeferred(): Promise<void> {
	while (running.size > 0) await Promise.all(running);
}
