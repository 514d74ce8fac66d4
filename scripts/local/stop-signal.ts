/** The signals that ask a program to end: Ctrl-C, a service manager, a closed terminal. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How often it is looked whether npm still runs. */
const parentCheckMs = 500;

/**
 * Turns the first ending signal into an abort, so that what was started can be stopped in order instead of
 * being left behind. From the second signal on `onAgain` is called.
 *
 * A script of package.json also ends when its parent does: npm passes signals to a shell, which ends
 * without passing them on.
 */
export function stopSignal(onAgain: () => void = () => {}): AbortSignal {
	const controller = new AbortController();
	const stop = (reason: string) =>
		controller.signal.aborted ? onAgain() : controller.abort(reason);
	for (const name of endings) process.on(name, () => stop(name));
	if (process.env.npm_lifecycle_event) {
		const parent = process.ppid;
		const watch = setInterval(() => {
			if (process.ppid === parent) return;
			clearInterval(watch);
			if (!controller.signal.aborted) stop('parent');
		}, parentCheckMs);
		watch.unref();
	}
	return controller.signal;
}

/** Waits until the signal is given, and keeps the process alive meanwhile. */
export function stopped(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) return resolve();
		// Listening for signals alone does not keep a process alive.
		const alive = setInterval(() => {}, 60_000);
		const end = () => {
			clearInterval(alive);
			resolve();
		};
		signal.addEventListener('abort', end, { once: true });
	});
}
