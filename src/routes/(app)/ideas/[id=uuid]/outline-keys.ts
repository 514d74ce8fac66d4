import type { Place } from '$lib/state/places';
import { shortcuts } from '$lib/state/shortcuts.svelte';
import { listKeys } from '../list-keys';

/** What the keys of the outline do with the line that has the focus. */
interface Acts {
	add: () => void;
	star: (id: string) => void;
	copy: (id: string) => void;
	remove: (id: string) => void;
	done: (id: string) => void;
	select: (id: string) => void;
	/** Selects one more. */
	extend: (id: string) => void;
	/** Gives up the selection. @returns whether there was one */
	clear: () => boolean;
	move: (id: string, place: Place) => void;
	edit: (id: string) => void;
	focus: (id: string) => void;
	/** @returns whether it was unfolded */
	fold: (id: string) => boolean;
}

/**
 * The keys of the outline: those of every list, and its own. In the fields of a feature only Esc is one: it
 * leads back to the line.
 *
 * @returns takes the keys back
 */
export function outlineKeys(listOf: () => HTMLElement | undefined, acts: Acts): () => void {
	const lineInUse = () => {
		const line = document.activeElement?.closest<HTMLElement>('[data-row]');
		return line && listOf()?.contains(line) ? line : undefined;
	};

	const withLine = (run: (id: string) => void) => () => {
		const id = lineInUse()?.dataset.row;
		if (!id) return false;
		run(id);
	};

	const stopList = listKeys(listOf, {
		edit: acts.edit,
		star: acts.star,
		copy: acts.copy,
		delete: acts.remove,
		select: acts.select,
		extend: acts.extend,
		clear: acts.clear,
		step: (id, by) => {
			acts.move(id, by === 1 ? 'down' : 'up');
			return true;
		}
	});
	const stopOwn = shortcuts.offer({
		'feature.add': acts.add,
		'feature.done': withLine(acts.done),
		'idea.focus': withLine(acts.focus),
		close: () => {
			const line = lineInUse();
			const id = line?.dataset.row;
			const opener = line?.querySelector<HTMLElement>('[data-open]');
			if (!id || !opener) return false;
			if (document.activeElement !== opener) opener.focus();
			else return acts.fold(id);
		}
	});
	return () => {
		stopOwn();
		stopList();
	};
}
