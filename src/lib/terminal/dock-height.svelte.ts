import { keep, readKept } from '$lib/storage';

/** How high a dock may be, in pixels; above it stays room for the page. */
const LEAST_PX = 160;
const ROOM_ABOVE_PX = 120;
/** As a part of the window, until somebody pulls it. */
const USUAL = 0.45;
/** What an arrow key moves it by. */
const STEP_PX = 32;

/** How high the dock is: as somebody left it, as far as the window allows. */
export class DockHeight {
	#wishedPx = $state(0);
	#windowPx = $state(window.innerHeight);
	readonly #entry: { key: string; who: string };

	/** @param who the id of the person */
	constructor(who: string) {
		this.#entry = { key: 'coda-dock', who };
		const kept = readKept(this.#entry, (value) => typeof value === 'number');
		this.#wishedPx = kept ?? Math.round(this.#windowPx * USUAL);
	}

	get px(): number {
		return Math.min(Math.max(this.#wishedPx, this.leastPx), this.mostPx);
	}

	get leastPx(): number {
		return Math.min(LEAST_PX, this.mostPx);
	}

	get mostPx(): number {
		return Math.max(this.#windowPx - ROOM_ABOVE_PX, LEAST_PX / 2);
	}

	/** The window has another size. */
	follow(): void {
		this.#windowPx = window.innerHeight;
	}

	/** Pulled, or pushed, by so many pixels. */
	moveBy(px: number): void {
		this.#wishedPx = this.px + px;
		keep(this.#entry, this.px);
	}

	/** @returns whether the key was one of those that move it */
	take(key: string): boolean {
		const by = { ArrowUp: STEP_PX, ArrowDown: -STEP_PX, Home: this.mostPx, End: -this.mostPx }[key];
		if (by !== undefined) this.moveBy(by);
		return by !== undefined;
	}
}
