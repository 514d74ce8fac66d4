import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { acceptAnswer, Answer, makeAttachKey } from '#protocol/agreement';
import { runnerAddress } from '#protocol/addresses';
import { bytesOf } from '#protocol/bytes';
import { parsed, type ChannelFrame } from '#protocol/channel-frames';
import { FRAME, frameOf, readFrame, VIEWER_CHANNEL, type Frame } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import { Opener, Sealer, type AeadOf } from '#protocol/sealing';
import { signTicket } from '#protocol/tickets';
import { SUBPROTOCOL, PROTOCOL_VERSION } from '#protocol/version';
import { windowFor } from '../../../src/lib/terminal/window.ts';
import type { AppApi } from '../../support/app-api.ts';
import { relaySecrets } from '../../support/relay.ts';
import type { BenchTerminal } from './bench-terminal.ts';

/** A terminal of Coda's, as a page has one. */
export interface CodaTerminal extends BenchTerminal {
	/** Up to where output is drawn. */
	readonly offset: number;
	/** Resolves when its line is over. */
	readonly closed: Promise<void>;
}

/** What a terminal is opened with. */
export interface CodaOpening {
	app: AppApi;
	aead: AeadOf;
	/** Where the relay is reached from here. */
	relayUrl?: string;
	/** A terminal to come back to, and what of it is drawn. */
	again?: { sessionId: ReturnType<typeof randomUUID>; have: { epoch: string; offset: number } };
	/** Which terminal; a new one unless said otherwise. */
	sessionId?: ReturnType<typeof randomUUID>;
	/** Told before anything is drawn. */
	onTerminal?: (terminal: CodaTerminal) => void;
	/** Told when the terminal is open. */
	onOpened?: (epoch: string) => void;
}

/** Attaches, as a page does. @throws where the line is over before the terminal is open */
export async function openCodaTerminal(opening: CodaOpening): Promise<CodaTerminal> {
	const { app, aead, again } = opening;
	const sessionId = again?.sessionId ?? opening.sessionId ?? randomUUID();
	const request = app.ticketFor('writer', sessionId);
	const { runnerId } = request as { runnerId: string };
	const address = runnerAddress(opening.relayUrl ?? app.relayUrl, runnerId);
	const socket = new WebSocket(address, SUBPROTOCOL, { perMessageDeflate: false });
	const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
	socket.on('error', () => {});
	const next = nextMessage(socket, closed);
	await Promise.race([once(socket, 'open'), gone(closed)]);
	const ticket = await signTicket(request, relaySecrets.ticket);
	socket.send(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION, ticket }));
	while (!(await next.text((message) => message.runnerOnline === true || message.online === true)));

	const key = await makeAttachKey();
	const grant = await app.grant({ role: 'writer', sessionId, browserKey: key.publicKey });
	const offeredAt = performance.now();
	socket.send(
		frameOf(FRAME.OFFER, VIEWER_CHANNEL, bytesOf(JSON.stringify({ grant: grant.token })))
	);
	const answer = parsed(Answer, (await next.frame(FRAME.ANSWER)).body);
	const windowBytes = windowFor(performance.now() - offeredAt);
	const granted = { ...grant, runnerPublicKey: app.runnerPublicKey };
	const keys = answer && (await acceptAnswer(answer, key, granted));
	if (!keys) throw new Error('There is no answer of that runner.');
	const sealer = new Sealer(await aead(keys.fromBrowser));
	const opener = new Opener(await aead(keys.fromRunner));
	const send = (message: Uint8Array) =>
		socket.readyState === WebSocket.OPEN && socket.send(message);
	const say = (frame: ChannelFrame) => {
		const sealed = sealer.seal(VIEWER_CHANNEL, frame);
		if (sealed instanceof Promise) void sealed.then(send);
		else send(sealed);
	};
	const terminal = new Drawing(say, socket, closed);
	opening.onTerminal?.(terminal);
	const isOpen = terminal.take(next, opener);
	say({
		type: FRAME.OPEN,
		open: {
			...{ clientId: randomUUID(), cols: 80, rows: 24, windowBytes },
			have: again?.have ?? null,
			start: { tmux: false }
		}
	});
	const epoch = await Promise.race([isOpen, gone(closed)]);
	opening.onOpened?.(epoch);
	return terminal;
}

const gone = (closed: Promise<void>) =>
	closed.then((): never => {
		throw new Error('The line is over.');
	});

/** Takes what comes, in its order. */
function nextMessage(socket: WebSocket, closed: Promise<void>) {
	const texts: Record<string, unknown>[] = [];
	const frames: Frame[] = [];
	let wake = () => {};
	let sink: ((frame: Frame) => void) | undefined;
	socket.on('message', (data: Buffer, isBinary) => {
		const frame = isBinary ? readFrame(data) : undefined;
		if (frame && frame.channel !== VIEWER_CHANNEL) {
			if (frame.type === FRAME.PING) socket.send(frameOf(FRAME.PONG, 0, frame.body));
			return;
		}
		if (frame && sink) return sink(frame);
		if (frame) frames.push(frame);
		else texts.push(JSON.parse(data.toString()) as Record<string, unknown>);
		wake();
	});
	const something = () =>
		Promise.race([new Promise<void>((resolve) => (wake = resolve)), gone(closed)]);
	return {
		async text(fits: (message: Record<string, unknown>) => boolean): Promise<boolean> {
			while (texts.length === 0) await something();
			return fits(texts.shift() ?? {});
		},
		async frame(type: number): Promise<Frame> {
			for (;;) {
				const frame = frames.shift();
				if (frame?.type === type) return frame;
				if (!frame) await something();
			}
		},
		each(then: (frame: Frame) => void) {
			sink = then;
			for (const frame of frames.splice(0)) then(frame);
		}
	};
}

class Drawing implements CodaTerminal {
	draw: BenchTerminal['draw'] = () => {};
	offset = 0;
	readonly closed: Promise<void>;
	readonly #say: (frame: ChannelFrame) => void;
	readonly #socket: WebSocket;
	readonly #timer: NodeJS.Timeout;
	#acknowledged = 0;
	#typed = 0;
	#last: Promise<unknown> = Promise.resolve();

	constructor(say: (frame: ChannelFrame) => void, socket: WebSocket, closed: Promise<void>) {
		this.#say = say;
		this.#socket = socket;
		this.closed = closed;
		this.#timer = setInterval(() => this.#eachSecond(), WIRE.ackMs);
		void closed.then(() => clearInterval(this.#timer));
	}

	write(text: string): void {
		this.#say({ type: FRAME.INPUT, sequence: ++this.#typed, bytes: bytesOf(text) });
	}

	/** Ends the terminal, and not only looking at it: what floods in it would go on. The runner closes the line. */
	close(): void {
		this.draw = () => {};
		this.#say({ type: FRAME.CLOSE, close: { kind: 'end' } });
	}

	/** @returns the epoch, when the terminal is open */
	take(next: ReturnType<typeof nextMessage>, opener: Opener): Promise<string> {
		return new Promise((resolve) => {
			const take = (frame: ChannelFrame) => {
				if (frame.type === FRAME.OPENED) {
					this.offset = this.#acknowledged = frame.opened.offset;
					resolve(frame.opened.epoch);
				}
				return frame.type === FRAME.DATA ? this.#drawn(frame.bytes) : undefined;
			};
			next.each((sealed) => {
				const opened = opener.open(sealed);
				this.#last = this.#last.then(() => opened).then(take);
			});
		});
	}

	#drawn(bytes: Uint8Array): void | Promise<void> {
		const drawing = this.draw(bytes);
		const count = () => {
			this.offset += bytes.length;
			if (this.offset - this.#acknowledged >= WIRE.ackBytes) this.#acknowledge();
		};
		if (!drawing) return count();
		this.#socket.pause();
		return drawing.then(() => {
			this.#socket.resume();
			count();
		});
	}

	#acknowledge(): void {
		this.#acknowledged = this.offset;
		this.#say({ type: FRAME.ACK, offset: this.offset });
	}

	/** What a page says besides: how far it is, and that it is there. */
	#eachSecond(): void {
		if (this.offset > this.#acknowledged) this.#acknowledge();
		this.#say({ type: FRAME.PING, at: 0 });
	}
}
