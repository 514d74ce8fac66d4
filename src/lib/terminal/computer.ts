import { trpc } from '$lib/trpc';
import { ComputerKey } from './computer-key.svelte';

/** The app has so long to answer; then it is asked anew. */
const ACCESS_MS = 10_000;

/** A computer of the person's, as everything on one page that talks to it knows it. */
export interface Computer {
	id: string;
	key: ComputerKey;
	/** A ticket and a grant for one attach. Throws what a call to the API throws. */
	access(ask: {
		browserKey: string;
		sessionId?: string;
	}): ReturnType<typeof trpc.terminals.open.mutate>;
}

/** @param who the id of the person */
export const computerOf = (runnerId: string, who: string): Computer => ({
	id: runnerId,
	key: new ComputerKey({ who, runnerId }),
	access: ({ browserKey, sessionId }) =>
		trpc.terminals.open.mutate(
			{ runnerId, sessionId, browserKey, role: 'writer' },
			{ signal: AbortSignal.timeout(ACCESS_MS) }
		)
});
