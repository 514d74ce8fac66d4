import { FileProblem } from './private-file.ts';
import type { Runner } from './runner.ts';
import type { Report, Store } from './store.ts';

/**
 * Keeps the report of a running runner up to date, for whoever asks in another window. Where it cannot be
 * written, there is none instead of an old one, and the runner goes on: `onProblem` is told once.
 *
 * @returns how to end it
 */
export function keepReport(
	runner: Runner,
	store: Store,
	onProblem: (problem: FileProblem) => void
): () => void {
	let state: Pick<Report, 'state' | 'sinceMs' | 'reason'> = {
		state: 'connecting',
		sinceMs: Date.now()
	};
	let isTold = false;
	const write = () => {
		try {
			const { items: sessions, silent, gone } = runner.sessions;
			store.saveReport({ pid: process.pid, ...state, sessions, silent, gone: gone.items });
			isTold = false;
		} catch (cause) {
			if (!(cause instanceof FileProblem)) throw cause;
			store.removeReport();
			if (!isTold) onProblem(cause);
			isTold = true;
		}
	};
	runner.on('event', (event) => {
		if (event.type === 'online') state = { state: 'online', sinceMs: Date.now() };
		if (event.type === 'waiting' && state.state !== 'waiting') {
			state = { state: 'waiting', sinceMs: Date.now(), reason: event.reason };
		}
		// Attempts that fail one after the other are one time without a connection.
		if (event.type !== 'connecting' && event.type !== 'stopped') write();
	});
	write();
	return () => store.removeReport();
}
