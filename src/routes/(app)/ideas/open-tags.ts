import { mount, unmount } from 'svelte';
import type { Board, Row } from '$lib/state/board.svelte';
import TagDialog from './TagDialog.svelte';

/** Asks which tags ideas get and lose, and does it. */
export function openTags(board: Board, rows: readonly Row[]): void {
	const dialog: Record<string, unknown> = mount(TagDialog, {
		target: document.body,
		props: { board, rows, onclose: () => void unmount(dialog) }
	});
}
