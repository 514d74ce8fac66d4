import { FitAddon } from '@xterm/addon-fit';
import type { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { bytesOf } from '#protocol/bytes';
import { WIRE } from '#protocol/limits';
import type { Size } from '#protocol/terminal';
import { guardTerminal } from '#protocol/terminal-guard';
import { coloursFor, CONTRAST } from './colours';
import { constructStylesIn } from './constructed-style';
import { guardParser, harmlessPaste, leaveQuestions, linkTarget } from './printed';

/** Lines above the window that can be scrolled back to. */
const SCROLLBACK_LINES = 10_000;
const FONT = "'JetBrains Mono', ui-monospace, 'SFMono-Regular', Consolas, monospace";

/** How a screen is drawn. */
export interface ScreenLook {
	isDark: boolean;
	fontSizePx: number;
	/** Lines are also put where readers of the screen find them. */
	isForReaders: boolean;
}

/** What is told of a screen. */
export interface ScreenListener {
	/** Somebody has typed or pasted, or the terminal answers a program. */
	onTyped(bytes: Uint8Array): void;
	/** Its window has another size, in cells. */
	onSize(size: Size): void;
	/** The pointer is on a link, or is no more. */
	onLink(address: string | undefined): void;
	/** A key that is for the page and not for the program. @returns whether it was one */
	onKey(event: KeyboardEvent): boolean;
}

/** What a person sees of a terminal, and types into. */
export class Screen {
	readonly #terminal: Terminal;
	readonly #fit = new FitAddon();
	#element: HTMLElement | undefined;
	#isFollowing = false;
	/** Of what is drawn now, and of what is drawn when everything was that was given to it so far. */
	readonly #answers = { now: false, last: false };
	#search: SearchAddon | undefined;

	constructor(look: ScreenLook, listener: ScreenListener) {
		const { onLink } = listener;
		this.#terminal = new Terminal({
			...optionsOf(look),
			allowProposedApi: true,
			scrollback: SCROLLBACK_LINES,
			fontFamily: FONT,
			lineHeight: 1.25,
			cursorBlink: false,
			minimumContrastRatio: CONTRAST,
			macOptionIsMeta: false,
			rightClickSelectsWord: false,
			linkHandler: {
				activate: (_event, address) => follow(address),
				hover: (_event, address) => onLink(linkTarget(address)),
				leave: () => onLink(undefined)
			}
		});
		this.#terminal.loadAddon(this.#fit);
		this.#terminal.loadAddon(new Unicode11Addon());
		this.#terminal.unicode.activeVersion = '11';
		this.#terminal.loadAddon(new WebLinksAddon((_event, address) => follow(address)));
		guardTerminal(this.#terminal);
		guardParser(this.#terminal.parser);
		leaveQuestions(this.#terminal.parser, () => !this.#answers.now);
		this.#terminal.onData((text) => listener.onTyped(bytesOf(text)));
		// Reports of an old kind of mouse: each character is a byte.
		this.#terminal.onBinary((text) =>
			listener.onTyped(Uint8Array.from(text, (byte) => byte.charCodeAt(0)))
		);
		this.#terminal.onResize((size) => this.#isFollowing || listener.onSize(size));
		this.#terminal.attachCustomKeyEventHandler((event) => !listener.onKey(event));
	}

	/** Columns and rows. */
	get size(): Size {
		const { cols, rows } = this.#terminal;
		return { cols, rows };
	}

	/** What is selected. */
	get selection(): string {
		return this.#terminal.getSelection();
	}

	/** Draws within an element; to be called once, and not before the fonts are there. */
	mount(element: HTMLElement, name: string): void {
		this.#element = element;
		constructStylesIn(element);
		this.#terminal.open(element);
		this.#terminal.textarea?.setAttribute('aria-label', name);
		// Before xterm hears of it, which would paste whatever is there.
		element.addEventListener('paste', (event) => this.#paste(event), { capture: true });
		this.fit();
		void this.#drawFaster();
	}

	/** Takes as many columns and rows as there is room for. A window that is not seen keeps its size. */
	fit(): void {
		const proposed = this.#element?.offsetParent ? this.#fit.proposeDimensions() : undefined;
		if (!proposed || !Number.isFinite(proposed.cols) || !Number.isFinite(proposed.rows)) return;
		const within = (cells: number) => Math.min(Math.max(cells, 2), WIRE.terminalCells);
		this.#terminal.resize(within(proposed.cols), within(proposed.rows));
	}

	look(look: ScreenLook): void {
		Object.assign(this.#terminal.options, optionsOf(look));
		this.fit();
	}

	/** Draws what a program has printed. @param onDrawn called when it stands on the screen */
	write(output: Uint8Array | string, onDrawn?: () => void): void {
		this.#terminal.write(output, onDrawn);
	}

	/** Whether what programs ask of a terminal is answered here, in what is written from now on. */
	answersFromNow(isAnswered: boolean): void {
		if (isAnswered === this.#answers.last) return;
		this.#answers.last = isAnswered;
		this.#terminal.write('', () => (this.#answers.now = isAnswered));
	}

	/** Takes the size that the program has now, because somebody else types elsewhere: without a wish of its own. */
	follow({ cols, rows }: Size): void {
		this.#isFollowing = true;
		this.#terminal.resize(cols, rows);
		this.#isFollowing = false;
	}

	/** Types something on the keyboard's behalf. */
	type(text: string): void {
		this.#terminal.input(text);
	}

	/** What an arrow key sends now: programs that fill the screen have another code for it. */
	get hasApplicationKeys(): boolean {
		return this.#terminal.modes.applicationCursorKeysMode;
	}

	paste(text: string): void {
		this.#terminal.paste(harmlessPaste(text));
	}

	focus(): void {
		this.#terminal.focus();
	}

	/** Looks for a text upwards, or downwards. @returns whether there is one */
	async find(text: string, direction: 'up' | 'down'): Promise<boolean> {
		if (!this.#search) {
			const addon = await import('@xterm/addon-search');
			this.#search = new addon.SearchAddon();
			this.#terminal.loadAddon(this.#search);
		}
		return direction === 'up' ? this.#search.findPrevious(text) : this.#search.findNext(text);
	}

	dispose(): void {
		this.#terminal.dispose();
	}

	#paste(event: ClipboardEvent): void {
		event.preventDefault();
		event.stopPropagation();
		this.paste(event.clipboardData?.getData('text/plain') ?? '');
	}

	/** On a graphics card where there is one; else as elements of the page, which draw the same. */
	async #drawFaster(): Promise<void> {
		const canvas = document.createElement('canvas');
		if (!canvas.getContext('webgl2', { failIfMajorPerformanceCaveat: true })) return;
		try {
			const { WebglAddon } = await import('@xterm/addon-webgl');
			const addon = new WebglAddon();
			// The card may be taken away at any time.
			addon.onContextLoss(() => addon.dispose());
			this.#terminal.loadAddon(addon);
		} catch {
			// No code, or no context: the elements stay.
		}
	}
}

const optionsOf = ({ isDark, fontSizePx, isForReaders }: ScreenLook) => ({
	theme: coloursFor(isDark),
	fontSize: fontSizePx,
	screenReaderMode: isForReaders
});

function follow(address: string): void {
	const target = linkTarget(address);
	if (target) window.open(target, '_blank', 'noopener,noreferrer');
}
