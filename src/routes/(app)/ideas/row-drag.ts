import type { Spot } from '$lib/schemas/moves';

/** What dragging needs to know of the board. */
interface Board {
	/** Puts a line, or all that are selected with it, beside another one. */
	drop: (id: string, spot: Spot) => void;
	/** Says something to who does not see it. */
	say: (text: string) => void;
}

/** A line in hand. */
interface Drag {
	row: HTMLElement;
	pointerId: number;
	startY: number;
	startScroll: number;
	/** Where the pointer is in the window. */
	y: number;
	/** The line beside which it would go. */
	target?: { row: HTMLElement; side: 'before' | 'after' };
}

const START_PX = 4;
const LONG_PRESS_MS = 350;
const LONG_PRESS_PX = 8;
/** This near to an edge of the window the page scrolls. */
const EDGE_PX = 72;
const SCROLL_PX = 14;

/**
 * Lets the lines of a board be dragged within their section: by their handle at once, with a finger anywhere
 * on a line after a long press. One listener serves all lines, and only the one in hand moves, by its
 * transform: the others stay, and a mark shows where it would go.
 *
 * @returns stops it
 */
export function dragRows(list: HTMLElement, board: Board): () => void {
	const over = new AbortController();
	let pressed: { row: HTMLElement; event: PointerEvent; timer?: number } | undefined;
	let drag: Drag | undefined;

	function press(event: PointerEvent) {
		const { target, button, pointerType } = event;
		if (button !== 0 || drag || !(target instanceof Element)) return;
		const row = target.closest<HTMLElement>('[data-row]');
		const isHandle = target.closest('[data-handle]') !== null;
		if (!row?.querySelector('[data-handle]')) return;
		if (!isHandle && (pointerType !== 'touch' || target.closest('button, input'))) return;
		const timer = isHandle
			? undefined
			: window.setTimeout(() => start(event.clientY), LONG_PRESS_MS);
		pressed = { row, event, timer };
	}

	function start(y: number) {
		if (!pressed) return;
		const { row, event } = pressed;
		drag = { row, pointerId: event.pointerId, startY: y, startScroll: scrollY, y };
		row.dataset.dragged = '';
		row.setPointerCapture(event.pointerId);
		getSelection()?.removeAllRanges();
		requestAnimationFrame(scroll);
	}

	function move(event: PointerEvent) {
		if (drag) {
			if (event.pointerId !== drag.pointerId) return;
			drag.y = event.clientY;
			follow();
		} else if (pressed?.event.pointerId === event.pointerId) {
			const far = Math.hypot(
				event.clientX - pressed.event.clientX,
				event.clientY - pressed.event.clientY
			);
			if (pressed.timer === undefined && far > START_PX) start(pressed.event.clientY);
			else if (pressed.timer !== undefined && far > LONG_PRESS_PX) release();
		}
	}

	function follow() {
		if (!drag) return;
		const { row, y, startY, startScroll } = drag;
		row.style.transform = `translateY(${y - startY + scrollY - startScroll}px)`;
		mark(targetAt(row, y));
	}

	function mark(target: Drag['target']) {
		if (!drag) return;
		delete drag.target?.row.dataset.drop;
		drag.target = target;
		if (target) target.row.dataset.drop = target.side;
	}

	/** Near an edge the page moves under the line. */
	function scroll() {
		if (!drag) return;
		const { y } = drag;
		const by = y < EDGE_PX ? -SCROLL_PX : y > innerHeight - EDGE_PX ? SCROLL_PX : 0;
		if (by !== 0) {
			scrollBy({ top: by, behavior: 'instant' });
			follow();
		}
		requestAnimationFrame(scroll);
	}

	function finish(event: PointerEvent) {
		if (drag && event.pointerId !== drag.pointerId) return;
		const { row, target } = drag ?? {};
		if (row) swallowClick();
		release();
		const [id, beside] = [row?.dataset.row, target?.row.dataset.row];
		if (id && target && beside) {
			board.drop(id, target.side === 'after' ? { after: beside } : { before: beside });
		}
	}

	/** Puts everything back as it was. */
	function release() {
		clearTimeout(pressed?.timer);
		pressed = undefined;
		if (!drag) return;
		mark(undefined);
		const { row } = drag;
		delete row.dataset.dragged;
		row.style.transform = '';
		drag = undefined;
	}

	function cancel() {
		if (drag) board.say('It stays where it was.');
		release();
	}

	function cancelByKey(event: KeyboardEvent) {
		if (event.key !== 'Escape' || !drag) return;
		event.preventDefault();
		event.stopPropagation();
		cancel();
	}

	/** The click that ends a drag opens nothing. */
	function swallowClick() {
		const swallow = (event: Event) => {
			event.preventDefault();
			event.stopPropagation();
		};
		addEventListener('click', swallow, { capture: true, once: true });
		setTimeout(() => removeEventListener('click', swallow, { capture: true }));
	}

	const { signal } = over;
	const holdStill = (event: Event) => drag && event.preventDefault();
	list.addEventListener('pointerdown', press, { signal });
	// A finger that drags does not scroll, and a long press opens no menu of the browser's.
	list.addEventListener('touchmove', holdStill, { signal, passive: false });
	list.addEventListener('contextmenu', holdStill, { signal });
	list.addEventListener('dragstart', (event) => pressed && event.preventDefault(), { signal });
	addEventListener('pointermove', move, { signal });
	addEventListener('pointerup', finish, { signal });
	addEventListener('pointercancel', cancel, { signal });
	addEventListener('keydown', cancelByKey, { signal, capture: true });
	addEventListener('blur', cancel, { signal });
	return () => {
		release();
		over.abort();
	};
}

/** The line under a height of the window, and on which side of its middle; beyond the section its first or last. */
function targetAt(row: HTMLElement, y: number): Drag['target'] {
	const part = row.parentElement;
	const { left, top, bottom, width } = part?.getBoundingClientRect() ?? new DOMRect();
	const inPart = Math.min(Math.max(y, top + 1), bottom - 1);
	const found = document
		.elementsFromPoint(left + width / 2, Math.min(Math.max(inPart, 1), innerHeight - 2))
		.map((element) => element.closest<HTMLElement>('[data-row]'))
		.find((one) => one && one !== row && one.parentElement === part);
	if (!found?.querySelector('[data-handle]')) return undefined;
	const box = found.getBoundingClientRect();
	const side = y < box.top + box.height / 2 ? 'before' : 'after';
	const stays = side === 'before' ? row.nextElementSibling : row.previousElementSibling;
	return found === stays ? undefined : { row: found, side };
}
