import { randomUUID, type UUID } from 'node:crypto';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { acceptAnswer, Answer, makeAttachKey } from '#protocol/agreement';
import { bytesOf, joined } from '#protocol/bytes';
import {
	parsed,
	SNAPSHOT_DEFLATED,
	SNAPSHOT_LAST,
	type ChannelFrame
} from '#protocol/channel-frames';
import { FRAME, frameOf, VIEWER_CHANNEL, type Frame } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import type { RelayMessage } from '#protocol/messages';
import { Opener, Sealer, webAead } from '#protocol/sealing';
import type { Close, Open, Opened } from '#protocol/terminal';
import type { BrowsersApp } from './app-stand-in.ts';
import { connect, type TestEnd } from './relay.ts';

const inflate = promisify(inflateRaw);

/** As much of what came before is looked at again, for what lies across the seam. */
const TAIL_BYTES = 4_096;

/** What a terminal in a browser does, without a browser: it keeps what it has got and what it has typed. */
export class BrowserEnd {
	readonly clientId = randomUUID();
	readonly #app: BrowsersApp;
	sessionId: UUID;
	/** Snapshots that came, unpacked. */
	snapshots: string[] = [];
	opened: Opened | undefined;
	closed: Close | undefined;
	/** How long the computer asks its person first, where it does. */
	asksForSeconds: number | undefined;
	/** For which output it is to answer what programs ask. */
	answers: Opened['answers'];
	/** The last input that the runner says it has given to the program. */
	given = 0;
	/** Whether it acknowledges what it gets. */
	acknowledges = true;
	size = { cols: 80, rows: 24 };
	windowBytes: number = WIRE.windowBytes;
	/** What it opens with instead of what is right. */
	opens: Partial<Open> = {};
	role: 'writer' | 'viewer' = 'writer';
	end: TestEnd | undefined;
	#output: Buffer[] = [];
	#length = 0;
	#typed: Uint8Array[] = [];
	#offset = 0;
	#parts: Uint8Array[] = [];
	#sealer: Sealer | undefined;
	#instead: Uint8Array | undefined;
	/** Those who wait for something to be so. */
	#waiting: (() => void)[] = [];

	constructor(app: BrowsersApp, sessionId: UUID = randomUUID()) {
		this.#app = app;
		this.sessionId = sessionId;
	}

	/** Attaches, or comes back. Done when the terminal is open, or refused. */
	async attach(
		start: Open['start'] | null = { tmux: false },
		have: Open['have'] = this.#epoch ? { epoch: this.#epoch, offset: this.#offset } : null
	): Promise<void> {
		const { clientId, windowBytes, size } = this;
		// What a line that was cut still has in store counts no more: `have` is already said.
		this.end = undefined;
		const { end, ready } = await this.#connect();
		this.end = end;
		this.#isLost = false;
		let isOnline = ready.runnerOnline ?? false;
		let opener: Opener | undefined;
		while (!opener) {
			if (isOnline) opener = await this.#agree(end);
			// The runner has gone, or come anew: then it knows nothing of the offer.
			else this.#isOnline = (await end.said('runner')).online;
			isOnline = this.#isOnline;
		}
		this.opened = undefined;
		this.closed = undefined;
		void this.#listen(end, opener);
		const open = { clientId, windowBytes, ...size, have, start: start ?? undefined };
		this.say({ type: FRAME.OPEN, open: { ...open, ...this.opens } });
		await this.until(() => this.opened !== undefined || this.closed !== undefined || this.isCut);
	}

	/** Connects, and follows the relay to where the runner is. */
	async #connect() {
		const { role, sessionId } = this;
		const ticket = await this.#app.signedTicket?.(role, sessionId);
		let url = this.#app.relayUrl;
		for (;;) {
			const end = await connect(url, this.#app.ticketFor(role, sessionId), { ticket });
			const answer = await end.next(
				(message): message is Extract<RelayMessage, { type: 'ready' | 'moved' }> =>
					message.type === 'ready' || message.type === 'moved'
			);
			if (answer.type === 'ready') return { end, ready: answer };
			({ url } = answer);
		}
	}

	/** Offers, and takes the answer. @returns nothing where the runner has gone or come anew meanwhile */
	async #agree(end: TestEnd): Promise<Opener | undefined> {
		const key = await makeAttachKey();
		const { role, sessionId } = this;
		const grant = await this.#app.grant({ role, sessionId, browserKey: key.publicKey });
		end.send(FRAME.OFFER, VIEWER_CHANNEL, JSON.stringify({ grant: grant.token }));
		const answered = await end.next(
			(message): message is Frame => message.type === FRAME.ANSWER || message.type === 'runner'
		);
		if (!('body' in answered)) {
			this.#isOnline = (answered as { online: boolean }).online;
			return undefined;
		}
		const answer = parsed(Answer, answered.body);
		const granted = { ...grant, runnerPublicKey: this.#app.runnerPublicKey };
		const keys = answer && (await acceptAnswer(answer, key, granted));
		if (!keys) throw new Error('That answer is not by the runner.');
		const aead = await webAead(keys.fromBrowser);
		this.#sealer = new Sealer({
			...aead,
			seal: (nonce, additional, plaintext) =>
				aead.seal(nonce, additional, this.#instead ?? plaintext)
		});
		return new Opener(await webAead(keys.fromRunner));
	}

	#isOnline = false;
	#isLost = false;
	#epoch: string | undefined;

	/** Types, and keeps it until the runner has it. */
	type(text: string | Uint8Array): void {
		const bytes = typeof text === 'string' ? bytesOf(text) : text;
		this.#typed.push(bytes);
		this.say({ type: FRAME.INPUT, sequence: this.#typed.length, bytes });
	}

	say(frame: ChannelFrame): void {
		const { end } = this;
		void Promise.resolve(this.#sealer?.seal(VIEWER_CHANNEL, frame)).then(
			(message) => message && end?.socket.readyState === 1 && end.socket.send(message)
		);
	}

	/** Says under a frame's type what no browser says, sealed as it should be. */
	sayInstead(frame: ChannelFrame, plaintext: Uint8Array): void {
		this.#instead = plaintext;
		this.say(frame);
		this.#instead = undefined;
	}

	/** Sends something as it is, sealed by nobody. */
	sendRaw(type: number, body: Uint8Array | string): void {
		this.end?.socket.send(frameOf(type as 1, VIEWER_CHANNEL, Buffer.from(body)));
	}

	/** Whether its line is over, or its runner's. */
	get isCut(): boolean {
		return this.#isLost || (this.end?.socket.readyState ?? 3) > 1;
	}

	/** Cuts the line without a word. */
	cut(): void {
		this.end?.socket.terminate();
	}

	/** Everything that was printed, if nothing was missed and no snapshot came. */
	get output(): Buffer {
		const whole = Buffer.concat(this.#output);
		this.#output = [whole];
		return whole;
	}

	/** How long `output` is. */
	get length(): number {
		return this.#length;
	}

	get text(): string {
		return this.output.toString();
	}

	get offset(): number {
		return this.#offset;
	}

	/** Waits until something is so. */
	async until(isSo: () => boolean): Promise<void> {
		while (!isSo()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
	}

	/** Waits until something short was printed. */
	async prints(wanted: string | RegExp): Promise<void> {
		let seen = 0;
		await this.until(() => {
			const fresh = this.#lastBytes(this.#length - seen + TAIL_BYTES).toString();
			seen = this.#length;
			return typeof wanted === 'string' ? fresh.includes(wanted) : wanted.test(fresh);
		});
	}

	#wake(): void {
		for (const resolve of this.#waiting.splice(0)) resolve();
	}

	#lastBytes(length: number): Buffer {
		const parts: Buffer[] = [];
		let left = length;
		for (const part of this.#output.toReversed()) {
			if (left <= 0) break;
			parts.unshift(part.subarray(-left));
			left -= part.length;
		}
		return Buffer.concat(parts);
	}

	async #listen(end: TestEnd, opener: Opener): Promise<void> {
		try {
			for (;;) {
				const message = await end.next(
					(message): message is Frame | Extract<RelayMessage, { type: 'runner' }> =>
						message.type === 'runner' || ('body' in message && message.channel !== 0)
				);
				if (message.type === 'runner') {
					this.#isLost ||= this.end === end;
					return this.#wake();
				}
				const opened = await opener.open(message as Frame);
				if (this.end !== end) return;
				await this.#take(opened);
				this.#wake();
			}
		} catch {
			// The socket is over.
			this.#wake();
		}
	}

	async #take(frame: ChannelFrame): Promise<void> {
		if (frame.type === FRAME.OPENED) {
			this.opened = frame.opened;
			this.answers = frame.opened.answers;
			// In another life of the terminal inputs are counted anew, and what was typed before is not typed again.
			if (this.#epoch !== undefined && this.#epoch !== frame.opened.epoch) this.#typed = [];
			this.#epoch = frame.opened.epoch;
			this.#offset = frame.opened.offset;
			this.#resend(frame.opened.inputSequence);
		}
		if (frame.type === FRAME.DATA) {
			if (frame.offset !== this.#offset)
				throw new Error(`Output at ${frame.offset} instead of ${this.#offset}.`);
			this.#output.push(Buffer.from(frame.bytes));
			this.#length += frame.bytes.length;
			this.#offset += frame.bytes.length;
			if (this.acknowledges) this.say({ type: FRAME.ACK, offset: this.#offset });
		}
		if (frame.type === FRAME.INPUT_ACK) this.given = Math.max(this.given, frame.sequence);
		if (frame.type === FRAME.RESIZE) this.size = { cols: frame.cols, rows: frame.rows };
		if (frame.type === FRAME.RESPONSE && frame.response.ok) {
			this.asksForSeconds = frame.response.asksForSeconds ?? this.asksForSeconds;
			this.answers = frame.response.answers ?? this.answers;
		}
		if (frame.type === FRAME.CLOSE) this.closed = frame.close;
		if (frame.type === FRAME.SNAPSHOT) {
			this.#parts.push(frame.bytes.slice());
			if (!(frame.flags & SNAPSHOT_LAST)) return;
			const whole = joined(...this.#parts);
			this.#parts = [];
			const drawn = frame.flags & SNAPSHOT_DEFLATED ? await inflate(whole) : whole;
			this.snapshots.push(Buffer.from(drawn).toString());
			this.#offset = frame.offset;
			if (this.acknowledges) this.say({ type: FRAME.ACK, offset: frame.offset });
		}
	}

	/** What the runner has not got yet, in its order. */
	#resend(from: number): void {
		for (const [index, bytes] of this.#typed.entries()) {
			if (index >= from) this.say({ type: FRAME.INPUT, sequence: index + 1, bytes });
		}
	}
}
