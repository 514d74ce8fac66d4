import { tick } from 'svelte';
import type { Spot } from '$lib/schemas/moves';

/** What moving by keys needs to know of the board. */
interface Board {
	/** The ids of the section in which a line stands, as they are shown. */
	orderOf: (id: string) => string[];
	/** Shows a line at another place. @returns puts it back */
	hold: (id: string, spot: Spot) => () => void;
	/** Leaves a line where it is held. */
	drop: (id: string, spot: Spot) => void;
	say: (text: string) => void;
}

/** A line that is held. */
interface Lifted {
	id: string;
	spot?: Spot;
	putBack?: () => void;
}

/**
 * Lets the lines of a board be dragged with the keyboard: Space on a handle takes the line up, arrows move it,
 * Space or Enter puts it down, and Esc or anything else puts it back.
 *
 * @returns stops it
 */
export function liftRows(list: HTMLElement, board: Board): () => void {
	const over = new AbortController();
	let lifted: Lifted | undefined;

	const rowOf = (id: string) => list.querySelector<HTMLElement>(`[data-row="${id}"]`);

	function press(event: KeyboardEvent) {
		const { key, target } = event;
		const handle = target instanceof Element ? target.closest('[data-handle]') : null;
		const id = handle && list.contains(handle) && rowHolding(handle);
		if (event.altKey || event.ctrlKey || event.metaKey) {
			// Another thing is asked for: the keys are its own.
			if (lifted && !['Alt', 'Control', 'Meta'].includes(key)) giveUp();
			return;
		}
		if (!lifted) {
			if (key !== ' ' || !id) return;
			lifted = { id };
			mark(id, true);
			board.say('Taken up. Arrow keys move it, Space puts it down, Esc puts it back.');
		} else if (key === 'ArrowUp' || key === 'ArrowDown') step(key === 'ArrowUp' ? -1 : 1);
		else if (key === ' ' || key === 'Enter') putDown();
		else if (key === 'Escape') giveUp();
		else return giveUp();
		event.preventDefault();
		event.stopPropagation();
	}

	function step(by: 1 | -1) {
		if (!lifted) return;
		const { id } = lifted;
		const order = board.orderOf(id);
		const beside = order[order.indexOf(id) + by];
		if (!beside) return;
		const before = lifted.putBack;
		lifted.spot = by === 1 ? { after: beside } : { before: beside };
		lifted.putBack = board.hold(id, lifted.spot);
		before?.();
		// The line may have been taken out and put in again, which takes the focus.
		void tick().then(() => {
			rowOf(id)?.querySelector<HTMLElement>('[data-handle]')?.focus();
			mark(id, lifted?.id === id);
		});
	}

	function putDown() {
		if (!lifted) return;
		const { id, spot, putBack } = lifted;
		end();
		putBack?.();
		if (spot) board.drop(id, spot);
	}

	function giveUp() {
		if (!lifted) return;
		lifted.putBack?.();
		board.say('It is where it was.');
		end();
	}

	function end() {
		if (lifted) mark(lifted.id, false);
		lifted = undefined;
	}

	function mark(id: string, on: boolean) {
		const row = rowOf(id);
		if (on && row) row.dataset.lifted = '';
		else delete row?.dataset.lifted;
	}

	const { signal } = over;
	// While a line is held the keys are its own, wherever the focus went when the line moved.
	document.addEventListener('keydown', press, { signal, capture: true });
	// A button is pressed when Space comes up again.
	list.addEventListener('keyup', (event) => event.key === ' ' && suppress(event), { signal });
	addEventListener('pointerdown', giveUp, { signal });
	return () => {
		giveUp();
		over.abort();
	};
}

const rowHolding = (handle: Element) => handle.closest<HTMLElement>('[data-row]')?.dataset.row;

function suppress(event: KeyboardEvent) {
	if (event.target instanceof Element && event.target.closest('[data-handle]'))
		event.preventDefault();
}
