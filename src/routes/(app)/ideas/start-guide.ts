import type { Board } from '$lib/state/board.svelte';
import { reportFailure } from '$lib/state/report';
import { undoStack } from '$lib/state/undo.svelte';
import { count } from '$lib/time';
import { trpc } from '$lib/trpc';

/** Puts the ideas of the guide on the board, and offers to take them back. */
export async function startGuide(board: Board, clientKey: string): Promise<void> {
	try {
		const { ideas, undoToken } = await trpc.guide.start.mutate({ clientKey });
		await board.refresh({ force: true });
		undoStack.offer(`${count(ideas.length, 'idea')} to begin with.`, {
			kind: 'guide.start',
			ids: ideas.map(({ id }) => id),
			token: undoToken,
			undone: 'They are in the Trash.'
		});
	} catch (cause) {
		reportFailure(
			cause,
			'Couldn’t start with the three ideas.',
			() => void startGuide(board, clientKey)
		);
	}
}
