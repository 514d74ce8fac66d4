import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { SerializeAddon } from '@xterm/addon-serialize';
import headless from '@xterm/headless';
import type { Size } from '#protocol/terminal';
import { bytesOf } from '#protocol/bytes';
import { WIRE } from '#protocol/limits';
import { guardTerminal } from '#protocol/terminal-guard';
import type { Asked } from './answering.ts';
import { RUNNER_LIMITS } from './limits.ts';
import { LostModes } from './lost-modes.ts';
import { wholeLength } from './output-cut.ts';
import type { OutputRing } from './output-ring.ts';
import { Questions } from './questions.ts';

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
 * somebody needs it, or a program asks something; of a flood only what the ring still has is drawn, and of what it has lost only the modes
 * of the terminal are read.
 */
export class Screen {
	readonly #ring: OutputRing;
	readonly #terminal: InstanceType<typeof headless.Terminal>;
	readonly #serializer = new SerializeAddon();
	/** Changes of the size, by the offset from which on they count. */
	readonly #sizes: (Size & { offset: number })[] = [];
	readonly #lost = new LostModes();
	/** What programs have asked in what is not drawn yet. */
	readonly #questions = new Questions();
	/** When what is being drawn was asked. */
	#askedAtMs: number | undefined;
	#drawn = 0;
	#quiet: NodeJS.Timeout | undefined;
	/** It is to be drawn when what is done now is done. */
	#isNext = false;
	#last: Promise<unknown> = Promise.resolve();

	/** @param onAsked told what programs ask of a terminal, with the answer, when it is drawn */
	constructor(ring: OutputRing, size: Size, onAsked: (asked: Asked) => void = () => {}) {
		this.#ring = ring;
		const scrollback = SCROLLBACK_LINES[0];
		this.#terminal = new headless.Terminal({ ...size, scrollback, allowProposedApi: true });
		this.#terminal.loadAddon(this.#serializer);
		guardTerminal(this.#terminal);
		// Settings as text (DECRQSS) are not told in the browser either.
		this.#terminal.parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true);
		this.#terminal.onData((text) => {
			const atMs = this.#askedAtMs;
			if (atMs !== undefined) onAsked({ text, end: this.#drawn, atMs });
		});
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
		this.#questions.drawn(this.#drawn);
		this.#questions.read(this.#ring);
		const { sinceMs } = this.#questions;
		if (this.#quiet && sinceMs === undefined) return void this.#quiet.refresh();
		const leftMs = (sinceMs ?? Infinity) + RUNNER_LIMITS.questionMs - performance.now();
		clearTimeout(this.#quiet);
		const waitMs = Math.max(0, Math.min(QUIET_MS, leftMs));
		this.#quiet = setTimeout(() => this.#whenQuiet(), waitMs).unref();
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
		if (this.#isNext) return;
		this.#isNext = true;
		const isNeeded = () => this.#quiet === undefined || this.#questions.sinceMs !== undefined;
		const drawn = this.#last.then(() => {
			this.#isNext = false;
			return this.#draw(isNeeded);
		});
		// A fault in drawing is told to whoever asks for the screen, which is drawn anew then.
		this.#last = drawn.catch(() => undefined);
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
			// A question ends a piece: what is answered then is known to be asked there.
			const stops = [this.#nextSize(), end, this.#questions.nextEnd].filter(
				(stop) => stop > this.#drawn
			);
			const length = Math.min(PIECE_BYTES, Math.min(...stops) - this.#drawn);
			// A view of the ring, which may be written to while this is drawn.
			const piece = Buffer.from(this.#ring.read(this.#drawn, length));
			this.#drawn += piece.length;
			this.#askedAtMs = this.#questions.drawn(this.#drawn);
			await this.#write(piece);
			this.#askedAtMs = undefined;
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
