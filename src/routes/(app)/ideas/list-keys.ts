import { shortcuts } from '$lib/state/shortcuts.svelte';

/**
 * Moves through a list by keyboard. The line with the focus is the one that keys act on: there is no
 * second cursor beside the browser's own.
 *
 * @param listOf the element that holds the lines; each has `data-row` with its id and a link `data-open`
 * @returns takes the keys back
 */
export function listKeys(
	listOf: () => HTMLElement | undefined,
	act: { star?: (id: string) => void; delete?: (id: string) => void }
): () => void {
	const links = () =>
		[...(listOf()?.querySelectorAll<HTMLElement>('[data-open]') ?? [])].filter((link) =>
			link.checkVisibility()
		);

	const rowInUse = () => {
		const focused = document.activeElement?.closest<HTMLElement>('[data-row]');
		return focused && listOf()?.contains(focused) ? focused : undefined;
	};

	const move = (by: 1 | -1) => (event: KeyboardEvent) => {
		const row = rowInUse();
		const all = links();
		// Without a line in use the arrow keys scroll, as everywhere.
		if (!row && event.key.startsWith('Arrow')) return false;
		const place = all.findIndex((link) => row?.contains(link));
		const next = place === -1 ? (by === 1 ? 0 : all.length - 1) : place + by;
		all[Math.max(0, Math.min(next, all.length - 1))]?.focus();
	};

	const withRow = (run?: (id: string) => void) => () => {
		const id = rowInUse()?.dataset.row;
		if (!id || !run) return false;
		run(id);
	};

	return shortcuts.offer({
		'list.next': move(1),
		'list.previous': move(-1),
		'list.open': () => false,
		'idea.star': withRow(act.star),
		'idea.delete': withRow(act.delete),
		close: () => {
			const row = rowInUse();
			if (!row || !(document.activeElement instanceof HTMLElement)) return false;
			document.activeElement.blur();
		}
	});
}
