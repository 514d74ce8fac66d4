import { shortcuts, type ShortcutId } from '$lib/state/shortcuts.svelte';

/** What keys do to the line in use, by its id. */
interface Acts {
	edit?: (id: string) => void;
	star?: (id: string) => void;
	tags?: (id: string) => void;
	copy?: (id: string) => void;
	delete?: (id: string) => void;
	/** Puts the line aside, or takes it back. */
	archive?: (id: string) => void;
	/** Chooses the line, or no longer. */
	select?: (id: string) => void;
	/** Chooses everything up to a line; the first one is where it begins when nothing is chosen. */
	extend?: (to: string, from: string) => void;
	selectAll?: () => void;
	/** Gives up the selection. @returns whether there was one */
	clear?: () => boolean;
	/** @returns whether it could move */
	step?: (id: string, by: 1 | -1) => boolean;
}

/**
 * Moves through a list by keyboard. The line with the focus is the one that keys act on: there is no
 * second cursor beside the browser's own.
 *
 * @param listOf the element that holds the lines; each has `data-row` with its id and a link `data-open`
 * @returns takes the keys back
 */
export function listKeys(listOf: () => HTMLElement | undefined, act: Acts): () => void {
	const rowInUse = () => {
		const focused = document.activeElement?.closest<HTMLElement>('[data-row]');
		return focused && listOf()?.contains(focused) ? focused : undefined;
	};

	/** Goes on from a line. One that was scrolled away from may stand alone: its neighbours come when it is seen. */
	const goOn = (row: HTMLElement | undefined, by: 1 | -1) => {
		const sibling = by === 1 ? row?.nextElementSibling : row?.previousElementSibling;
		if (!row || !sibling || sibling.matches('[data-row]')) return beside(row, by)?.focus();
		row.scrollIntoView({ block: 'center', behavior: 'instant' });
		requestAnimationFrame(() => requestAnimationFrame(() => beside(row, by)?.focus()));
	};

	/** The next line that shows, one way or the other; at the end the line itself. */
	const beside = (row: HTMLElement | undefined, by: 1 | -1) => {
		const all = [...(listOf()?.querySelectorAll<HTMLElement>('[data-open]') ?? [])];
		const place = all.findIndex((link) => row?.contains(link));
		let next = place === -1 ? (by === 1 ? 0 : all.length - 1) : place + by;
		while (all[next] && !all[next]?.checkVisibility()) next += by;
		return all[next] ?? all[place];
	};

	const go = (by: 1 | -1) => (event: KeyboardEvent) => {
		const row = rowInUse();
		// Without a line in use the arrow keys scroll, as everywhere.
		if (!row && event.key.startsWith('Arrow')) return false;
		goOn(row, by);
	};

	/** The line that keys act on. What is not sent yet cannot be opened, and the server does not know it. */
	const idInUse = () => {
		const row = rowInUse();
		return row?.querySelector('[data-open]') ? row.dataset.row : undefined;
	};

	const withRow = (run: (id: string) => void | boolean) => () => {
		const id = idInUse();
		return id ? run(id) : false;
	};

	const extend = (by: 1 | -1) => () => {
		const from = idInUse();
		if (!from || !act.extend) return false;
		const next = beside(rowInUse(), by);
		next?.focus();
		const id = next?.closest<HTMLElement>('[data-row]')?.dataset.row;
		if (id) act.extend(id, from);
	};

	/** What this list does not do is not offered, so that the palette does not have it either. */
	const ofRow: Partial<Record<ShortcutId, (id: string) => void | boolean>> = {
		'list.edit': act.edit,
		'list.select': act.select,
		'idea.star': act.star,
		'idea.tags': act.tags,
		'idea.copy': act.copy,
		'idea.archive': act.archive,
		'idea.delete': act.delete
	};
	const own = Object.entries(ofRow).flatMap(([id, run]) => (run ? [[id, withRow(run)]] : []));

	return shortcuts.offer({
		...Object.fromEntries(own),
		'list.next': go(1),
		'list.previous': go(-1),
		'list.open': () => false,
		'list.selectNext': extend(1),
		'list.selectPrevious': extend(-1),
		'list.selectAll': () => (act.selectAll ? act.selectAll() : false),
		'list.up': withRow((id) => act.step?.(id, -1) ?? false),
		'list.down': withRow((id) => act.step?.(id, 1) ?? false),
		close: () => {
			if (act.clear?.()) return;
			const row = rowInUse();
			if (!row || !(document.activeElement instanceof HTMLElement)) return false;
			document.activeElement.blur();
		}
	});
}
