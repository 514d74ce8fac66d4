import { bytesOf, joined } from '#protocol/bytes';
import { SNAPSHOT_DEFLATED, SNAPSHOT_LAST, type ChannelFrame } from '#protocol/channel-frames';
import { FRAME } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import { BrokenChannel } from '#protocol/sealing';
import type { Answers, Close, Open, Opened, Response, Size } from '#protocol/terminal';
import { partsToAnswer } from './answered';
import type { Computer } from './computer';
import { Drawn } from './drawn';
import { inflated } from './inflated';
import { Screen, type ScreenLook } from './screen';
import { SealedLine, type SealedState } from './sealed-line';
import { controlOf } from './keys';
import { closedBy, isOver, refusalOf, standingOf, type Standing } from './standing';
import { Typed } from './typed';
import { windowFor } from './window';

/** Sets a terminal back (RIS), in its turn behind everything that was given to it before. */
const CLEARED = bytesOf('\u001bc');

/** What a terminal in the browser is made of. */
export interface RemoteTerminalOptions {
	computer: Computer;
	sessionId: string;
	/** Starts it on the computer if it does not run there; absent: it runs already. */
	start?: Open['start'];
	look: ScreenLook;
	/** Why the computer has not started it the last time: it is asked again with `retry` alone. */
	refused?: string;
	/** Its wish is another: it runs and is not to be started again, or that was refused, or is tried again. */
	onWish(): void;
	/** A key that is for the page. @returns whether it was one */
	onKey(event: KeyboardEvent): boolean;
}

/** A terminal on a computer, as one browser sees it: the line to it, its screen, and what was typed. */
export class RemoteTerminal {
	readonly id: string;
	readonly screen: Screen;
	standing = $state.raw<Standing>({ is: 'connecting' });
	title = $state('');
	folder = $state('');
	/** What somebody at the computer types to get in as well, where tmux keeps it. */
	attachCommand = $state<string>();
	/** Where the link under the pointer leads. */
	link = $state<string>();
	/** What was typed waits for a line. */
	isTypedAhead = $state(false);
	/** What was typed last may not have arrived: the runner was started anew meanwhile. */
	hasGivenUp = $state(false);
	/** The next key counts as typed with Ctrl, where a keyboard has none. */
	isHoldingCtrl = $state(false);
	readonly #line: SealedLine;
	/** Names this page for as long as it lives: inputs are counted by it. */
	readonly #clientId = crypto.randomUUID();
	readonly #typed = new Typed();
	readonly #drawn = new Drawn((offset) => this.#line.send({ type: FRAME.ACK, offset }));
	readonly #onWish: () => void;
	#start: Open['start'];
	#refused: string | undefined;
	/** What the screen has, or will have in a moment: of which life of the terminal, and up to where. */
	#have: Open['have'] = null;
	#epoch: string | undefined;
	/** For which output this page answers what programs ask. */
	#answers: Answers | null = null;
	#snapshot: Uint8Array[] = [];
	#isOpen = false;
	#pings: ReturnType<typeof setInterval> | undefined;

	constructor({ computer, sessionId, start, refused, look, ...on }: RemoteTerminalOptions) {
		this.id = sessionId;
		this.#onWish = on.onWish;
		this.#refused = refused;
		if (refused !== undefined) this.standing = { is: 'refused', why: refused };
		this.title = start?.title ?? 'Terminal';
		this.#start = start;
		this.screen = new Screen(look, {
			onTyped: (bytes) => this.#type(bytes),
			onSize: (size) => this.#resize(size),
			onLink: (address) => (this.link = address),
			onKey: on.onKey
		});
		this.#line = new SealedLine({
			...{ computer, sessionId },
			onState: (state) => this.#stands(state),
			onFrame: (frame) => this.#take(frame)
		});
	}

	/** How it is to be started; nothing once the computer has said that it runs. */
	get wish(): Open['start'] {
		return this.#start;
	}

	/** Why it was not started; nothing where it may be. */
	get refused(): string | undefined {
		return this.#refused;
	}

	/** Attaches, but for what was refused: that is for a person to try again. */
	begin(): void {
		if (this.#refused === undefined) this.#line.retry();
	}

	/** Attaches now, whatever it is doing. */
	retry(): void {
		if (this.#refused !== undefined) this.#isRefused(undefined);
		this.#line.retry();
	}

	/** Ends the program on the computer. What it says last, and that it has ended, still comes. */
	end(): void {
		this.#line.send({ type: FRAME.CLOSE, close: { kind: 'end' } });
	}

	/** Lets go of the line until `retry`. */
	pause(): void {
		this.#leave();
		this.#line.close();
	}

	/** Looks no more; the program runs on. */
	dispose(): void {
		this.#leave();
		this.#line.dispose();
		this.screen.dispose();
	}

	#stands(state: SealedState): void {
		if (state.is === 'sealed') return this.#open();
		this.#leave();
		// While it tries again it stands as before: nothing flickers, and nobody is told twice.
		const isTrying =
			state.is === 'connecting' && 'atMs' in this.standing && this.standing.is !== 'asked';
		const standing = isTrying ? { ...this.standing, atMs: Date.now() } : standingOf(state);
		if (standing) this.standing = standing as Standing;
	}

	#open(): void {
		const have = this.#have;
		const start = this.#start;
		const { cols, rows } = this.screen.size;
		const clientId = this.#clientId;
		const windowBytes = windowFor(this.#line.answerMs);
		this.#line.send({
			type: FRAME.OPEN,
			open: { clientId, windowBytes, cols, rows, have, start }
		});
	}

	/** What the line carried is over. What is still being drawn counts, and is told on the next one. */
	#leave(): void {
		this.#isOpen = false;
		this.#drawn.stop();
		clearInterval(this.#pings);
		this.#snapshot = [];
	}

	async #take(frame: ChannelFrame): Promise<void> {
		switch (frame.type) {
			case FRAME.OPENED:
				return this.#opened(frame.opened);
			case FRAME.DATA:
				return this.#data(frame.offset, frame.bytes);
			case FRAME.SNAPSHOT:
				return this.#drawSnapshot(frame);
			case FRAME.GAP:
				return this.#gap(frame);
			case FRAME.INPUT_ACK:
				this.#typed.acknowledge(frame.sequence);
				this.#flush();
				return;
			case FRAME.RESIZE:
				return this.screen.follow(frame);
			case FRAME.PONG:
				if (this.#isOpen) {
					this.standing = { is: 'live', roundTripMs: performance.now() - frame.at / 1_000 };
				}
				return;
			case FRAME.PING:
				return this.#line.send({ type: FRAME.PONG, at: frame.at });
			case FRAME.RESPONSE:
				return this.#told(frame.response);
			case FRAME.CLOSE:
				return this.#closed(frame.close);
		}
	}

	#opened({ epoch, offset, resume, inputSequence, ...told }: Opened): void {
		// A runner that does not say who answers leaves it to tmux, or to each page.
		const ofOlder = told.attachCommand === undefined ? { from: 0 } : null;
		this.#answers = told.answers === undefined ? ofOlder : told.answers;
		const isAnother = this.#epoch !== undefined && epoch !== this.#epoch;
		this.hasGivenUp = isAnother && this.#typed.restart();
		this.#epoch = epoch;
		if (resume === 'fresh') {
			this.screen.write(CLEARED);
			this.#have = { epoch, offset };
		}
		// Until the snapshot has come whole the screen has nothing that could be gone on from.
		if (resume === 'snapshot') this.#have = null;
		this.#drawn.begin(offset);
		this.folder = told.folder;
		this.title = told.title;
		this.attachCommand = told.attachCommand;
		// From now on it must run already: one that has ended is not started anew by a line that comes back.
		if (this.#start) {
			this.#start = undefined;
			this.#onWish();
		}
		this.#isOpen = true;
		this.standing = { is: 'live' };
		this.#typed.resume(inputSequence);
		this.#flush();
		this.#resize(this.screen.size);
		this.#ping();
		this.#pings = setInterval(() => this.#ping(), WIRE.pingMs);
	}

	/** Before it opens, the computer tells that somebody there is asked; later, who answers its programs. */
	#told(response: Response): void {
		if (!response.ok) return;
		if (response.answers) this.#answers = response.answers;
		if (response.asksForSeconds === undefined) return;
		this.standing = { is: 'asked', atMs: Date.now() + response.asksForSeconds * 1_000 };
	}

	#data(offset: number, bytes: Uint8Array): void {
		if (offset !== this.#have?.offset) throw new BrokenChannel('Output is missing.');
		for (const part of partsToAnswer(offset, bytes, this.#answers)) {
			this.screen.answersFromNow(part.isAnswered);
			this.#draw(part.bytes, part.end);
		}
	}

	async #drawSnapshot({
		offset,
		flags,
		bytes
	}: Extract<ChannelFrame, { type: typeof FRAME.SNAPSHOT }>): Promise<void> {
		this.#snapshot.push(bytes.slice());
		if (!(flags & SNAPSHOT_LAST)) return;
		const whole = joined(...this.#snapshot);
		this.#snapshot = [];
		const screen = flags & SNAPSHOT_DEFLATED ? await inflated(whole) : whole;
		this.screen.write(CLEARED);
		this.#draw(screen, offset, () => this.#drawn.tellNow());
	}

	#gap({ from, to }: Extract<ChannelFrame, { type: typeof FRAME.GAP }>): void {
		const words = `\r\n[${(to - from).toLocaleString('en')} bytes of output are gone]\r\n`;
		this.#draw(words, to);
	}

	/** Draws, and takes note of it when it stands there: for this life of the terminal alone. */
	#draw(output: Uint8Array | string, offset: number, onDrawn?: () => void): void {
		const epoch = this.#epoch;
		this.#have = epoch === undefined ? null : { epoch, offset };
		this.screen.write(output, () => {
			if (epoch !== this.#epoch) return;
			this.#drawn.reach(offset);
			onDrawn?.();
		});
	}

	#closed(close: Close): void {
		const standing = closedBy(close, this.#start !== undefined);
		this.#leave();
		if (!standing) return this.#again(close.reason);
		if (this.#start) this.#isRefused(refusalOf(close));
		if (isOver(standing) || standing.is === 'refused') this.#typed.clear();
		this.isTypedAhead &&= !this.#typed.isEmpty;
		this.standing = standing;
		// A computer that stops has the line closed by the relay, which tells when it is there again.
		if (standing.is !== 'runner-offline') this.#line.close();
	}

	#isRefused(why: string | undefined): void {
		this.#refused = why;
		this.#onWish();
	}

	/** Attaches anew in a moment, with what was typed. */
	#again(why?: string): void {
		this.#line.again();
		if (why && this.standing.is === 'reconnecting') this.standing = { ...this.standing, why };
	}

	#type(bytes: Uint8Array): void {
		if (isOver(this.standing)) return;
		this.hasGivenUp = false;
		this.#typed.add(this.isHoldingCtrl ? controlOf(bytes) : bytes);
		this.isHoldingCtrl = false;
		this.#flush();
	}

	#flush(): void {
		if (this.#isOpen) {
			for (const input of this.#typed.take()) this.#line.send({ type: FRAME.INPUT, ...input });
		}
		this.isTypedAhead = !this.#isOpen && !this.#typed.isEmpty;
	}

	#resize({ cols, rows }: Size): void {
		if (this.#isOpen) this.#line.send({ type: FRAME.RESIZE, cols, rows });
	}

	/** In microseconds, so that the number is a whole one. */
	#ping(): void {
		this.#line.send({ type: FRAME.PING, at: Math.round(performance.now() * 1_000) });
	}
}
