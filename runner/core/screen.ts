import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { SerializeAddon } from '@xterm/addon-serialize';
import headless from '@xterm/headless';
import type { Answers, Size } from '#protocol/terminal';
import { bytesOf } from '#protocol/bytes';
import { WIRE } from '#protocol/limits';
import { guardTerminal } from '#protocol/terminal-guard';
import { LostModes } from './lost-modes.ts';
import { wholeLength } from './output-cut.ts';
import type { OutputRing } from './output-ring.ts';

const deflate = promisify(deflateRaw);
/** Lines above the screen that are kept; a snapshot that gets too long has fewer. */
const SCROLLBACK_LINES = [10_000, 2_000, 500, 0] as const;
/** Output that is drawn at once; between two such pieces others get their turn. */
const PIECE_BYTES = 16_384;
/** Where a sequence may have begun that has not ended. */
const TAIL_BYTES = 65_536;
/** Output has paused for so long: time to draw. */
const QUIET_MS = 100;

/** What draws a screen as it was at an offset: raw DEFLATE of text with control sequences. */
export interface Snapshot {
	offset: number;
	deflated: Uint8Array;
}

/**
 * The screen of a terminal, drawn from its ring where nobody sees it, for whoever comes and has nothing.
 *
 * Drawing costs more than everything else that a runner does with output. So it is done when output pauses, or
 * somebody needs it; of a flood only what the ring still has is drawn, and of what it has lost only the modes
 * of the terminal are read.
 */
export class Screen {
	readonly #ring: OutputRing;
	readonly #terminal: InstanceType<typeof headless.Terminal>;
	readonly #serializer = new SerializeAddon();
	/** Changes of the size, by the offset from which on they count. */
	readonly #sizes: (Size & { offset: number })[] = [];
	readonly #lost = new LostModes();
	/** The output in which it answers what programs ask of a terminal: that of which nobody else says it. */
	answers: Answers = { from: Infinity };
	#isAnswering = false;
	#drawn = 0;
	#quiet: NodeJS.Timeout | undefined;
	#last: Promise<unknown> = Promise.resolve();

	/** @param onAnswer told what it answers */
	constructor(ring: OutputRing, size: Size, onAnswer: (text: string) => void = () => {}) {
		this.#ring = ring;
		const scrollback = SCROLLBACK_LINES[0];
		this.#terminal = new headless.Terminal({ ...size, scrollback, allowProposedApi: true });
		this.#terminal.loadAddon(this.#serializer);
		guardTerminal(this.#terminal);
		// Settings as text (DECRQSS) are not told in the browser either.
		this.#terminal.parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true);
		this.#terminal.onData((text) => this.#isAnswering && onAnswer(text));
	}

	/** Up to where it has drawn. */
	get drawn(): number {
		return this.#drawn;
	}

	/** So many bytes will be pushed: what the ring loses by it, and was not drawn, is read for its modes. */
	beforePush(bytes: number): void {
		const start = this.#ring.end + bytes - this.#ring.sizeBytes;
		while (this.#drawn < start && this.#drawn < this.#ring.end) {
			const piece = this.#ring.read(this.#drawn, start - this.#drawn);
			this.#lost.read(piece);
			this.#drawn += piece.length;
		}
	}

	/** Output has come. */
	afterPush(): void {
		this.#drawn = Math.max(this.#drawn, this.#ring.start);
		if (this.#quiet) this.#quiet.refresh();
		else this.#quiet = setTimeout(() => this.#whenQuiet(), QUIET_MS).unref();
	}

	resize(size: Size): void {
		this.#sizes.push({ ...size, offset: this.#ring.end });
	}

	/** The screen as it is now. */
	snapshot(): Promise<Snapshot> {
		const taken = this.#last.then(async () => {
			await this.#draw();
			return { offset: this.#drawn, deflated: await this.#serialized() };
		});
		// Whoever asked for it hears of a failure; the next one is taken all the same.
		this.#last = taken.catch(() => undefined);
		return taken;
	}

	dispose(): void {
		clearTimeout(this.#quiet);
		this.#terminal.dispose();
	}

	#whenQuiet(): void {
		this.#quiet = undefined;
		const isNeeded = () => this.#quiet === undefined;
		// A fault in drawing is told to whoever asks for the screen, which is drawn anew then.
		this.#last = this.#last.then(() => this.#draw(isNeeded)).catch(() => undefined);
	}

	/**
	 * Draws up to the end of what is there now, or a little before it, where something ends. What nobody waits for
	 * is left when output goes on: a flood that pauses would be drawn with every pause.
	 */
	async #draw(isNeeded: () => boolean = () => true): Promise<void> {
		const end = this.#wholeEnd();
		while (this.#drawn < end && isNeeded()) {
			const modes = this.#lost.take();
			if (modes !== undefined) await this.#write(bytesOf(modes));
			this.#applySizes();
			const { from, to = Infinity } = this.answers;
			const stops = [this.#nextSize(), end, from, to].filter((stop) => stop > this.#drawn);
			const length = Math.min(PIECE_BYTES, Math.min(...stops) - this.#drawn);
			// A view of the ring, which may be written to while this is drawn.
			const piece = Buffer.from(this.#ring.read(this.#drawn, length));
			this.#isAnswering = this.#drawn >= from && this.#drawn < to;
			this.#drawn += piece.length;
			await this.#write(piece);
			this.#isAnswering = false;
		}
		this.#applySizes();
	}

	#wholeEnd(): number {
		const { start, end } = this.#ring;
		const tail = this.#ring.copy(Math.max(start, end - TAIL_BYTES), end);
		return end - tail.length + wholeLength(tail);
	}

	#write(bytes: Uint8Array): Promise<void> {
		return new Promise((resolve) => this.#terminal.write(bytes, resolve));
	}

	#applySizes(): void {
		while (this.#sizes[0] && this.#sizes[0].offset <= this.#drawn) {
			const { cols, rows } = this.#sizes[0];
			this.#sizes.shift();
			this.#terminal.resize(cols, rows);
		}
	}

	#nextSize(): number {
		return this.#sizes[0]?.offset ?? Infinity;
	}

	async #serialized(): Promise<Uint8Array> {
		for (const scrollback of SCROLLBACK_LINES) {
			const text = bytesOf(this.#serializer.serialize({ scrollback }));
			if (text.length > WIRE.snapshotBytes) continue;
			const deflated = await deflate(text);
			if (deflated.length <= WIRE.windowMaxBytes) return deflated;
		}
		return deflate(bytesOf('\x1bc'));
	}
}
