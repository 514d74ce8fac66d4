import { on } from 'svelte/events';

/** A keyboard on glass takes more of the window than this. */
const KEYBOARD_PX = 120;

/**
 * The room that a terminal has in the window. A keyboard on glass lies over the page, and says so only of the
 * visual viewport: then the terminal takes what is left of it, so that the prompt is never behind the keys.
 */
export class WindowRoom {
	/** Somebody wants the terminal alone. */
	isWhole = $state(false);
	top = $state(0);
	height = $state(0);
	#isBesideKeyboard = $state(false);
	readonly #boxOf: () => HTMLElement | undefined;
	readonly #stops: (() => void)[];

	/** @param boxOf where the terminals are: a keyboard for another field of the page is none of theirs */
	constructor(boxOf: () => HTMLElement | undefined) {
		this.#boxOf = boxOf;
		const { visualViewport } = window;
		this.#measure();
		this.#stops = visualViewport
			? [
					on(visualViewport, 'resize', () => this.#measure()),
					on(visualViewport, 'scroll', () => this.#measure())
				]
			: [on(window, 'resize', () => this.#measure())];
		// The field that has the keyboard changes without the window changing.
		this.#stops.push(on(document, 'focusin', () => this.#measure()));
	}

	/** Whether the terminal lies over the rest of the page. */
	get isOver(): boolean {
		return this.isWhole || this.#isBesideKeyboard;
	}

	dispose(): void {
		for (const stop of this.#stops) stop();
	}

	#measure(): void {
		const { visualViewport, innerHeight } = window;
		this.top = visualViewport?.offsetTop ?? 0;
		this.height = visualViewport?.height ?? innerHeight;
		// Whoever has zoomed in sees less of the page as well, and no keyboard takes it.
		const isZoomed = (visualViewport?.scale ?? 1) > 1.05;
		const isTyping = this.#boxOf()?.contains(document.activeElement) ?? false;
		this.#isBesideKeyboard = isTyping && !isZoomed && innerHeight - this.height > KEYBOARD_PX;
	}
}
