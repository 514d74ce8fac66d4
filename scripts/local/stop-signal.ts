/** The signals that ask a program to end: Ctrl-C, a service manager, a closed terminal. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Turns the first ending signal into an abort, so that what was started can be stopped in order instead of
 * being left behind. From the second signal on `onAgain` is called.
 */
export function stopSignal(onAgain: () => void = () => {}): AbortSignal {
	const controller = new AbortController();
	for (const name of endings) {
		process.on(name, () => (controller.signal.aborted ? onAgain() : controller.abort(name)));
	}
	return controller.signal;
}

/** Waits until the signal is given. */
export function stopped(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		signal.addEventListener('abort', () => resolve(), { once: true });
	});
}
