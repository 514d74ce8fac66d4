import { isRecord, keep, readKept } from '$lib/storage';

/** Sizes of text that a terminal may have, in pixels. */
export const FONT_PX = { least: 10, usual: 14, most: 24 } as const;

/** What a person chose of how terminals look in this browser. */
export class TerminalChoices {
	fontSizePx = $state<number>(FONT_PX.usual);
	/** Lines are also put where readers of the screen find them. */
	isForReaders = $state(false);
	/** New ones are kept in tmux, which outlives the runner. */
	isInTmux = $state(false);
	readonly #entry: { key: string; who: string };

	/** @param who the id of the person */
	constructor(who: string) {
		this.#entry = { key: 'coda-terminal', who };
		const kept = readKept(this.#entry, isRecord);
		if (typeof kept?.fontSizePx === 'number') this.fontSizePx = within(kept.fontSizePx);
		if (typeof kept?.isInTmux === 'boolean') this.isInTmux = kept.isInTmux;
		if (typeof kept?.isForReaders === 'boolean') this.isForReaders = kept.isForReaders;
	}

	resize(byPx: number): void {
		this.fontSizePx = within(this.fontSizePx + byPx);
		this.#keep();
	}

	switchReaders(): void {
		this.isForReaders = !this.isForReaders;
		this.#keep();
	}

	switchTmux(): void {
		this.isInTmux = !this.isInTmux;
		this.#keep();
	}

	#keep(): void {
		const { fontSizePx, isForReaders, isInTmux } = this;
		keep(this.#entry, { fontSizePx, isForReaders, isInTmux });
	}
}

const within = (px: number): number =>
	Math.round(Math.min(Math.max(px, FONT_PX.least), FONT_PX.most));
