import type { Keeping } from './runner.ts';
import { FileProblem } from './private-file.ts';
import type { Store } from './store.ts';

/** Keeps in the runner's folder what the next runner has to know of terminals. */
export function keepingIn(store: Store): Keeping {
	return {
		get before() {
			try {
				return store.keptSessions;
			} catch (cause) {
				if (!(cause instanceof FileProblem)) throw cause;
				// Whoever cannot say which terminals there were has none.
				return undefined;
			}
		},
		save(kept) {
			try {
				store.saveKeptSessions(kept);
			} catch (cause) {
				// The report is written beside it, and its problem is told.
				if (!(cause instanceof FileProblem)) throw cause;
			}
		}
	};
}
