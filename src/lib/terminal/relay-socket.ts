import { runnerAddress } from '#protocol/addresses';
import { afterClose, type AfterClose, type CloseReason } from '#protocol/closing';
import type { Bytes } from '#protocol/bytes';
import { FRAME, frameOf, readFrame, RELAY_CHANNEL, type Frame } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import { RelayMessage } from '#protocol/messages';
import { isServedVersion, PROTOCOL_VERSION, SUBPROTOCOL } from '#protocol/version';

/** A relay has so long to take a socket and to answer its hello. */
const CONNECT_MS = 10_000;

/** Where to connect, and with what. */
export interface SocketTarget {
	relayUrl: string;
	runnerId: string;
	ticket: string;
}

/** How a socket ended. */
export interface Closed {
	next: AfterClose;
	reason?: CloseReason;
	/** Where the relay sends this browser, with the same ticket. */
	movedTo?: string;
	/** The relay has taken the ticket before. */
	wasReady: boolean;
}

/** What is told of a socket. */
export interface SocketListener {
	onReady(runnerOnline: boolean): void;
	/** The runner has come, or gone. */
	onRunner(online: boolean): void;
	/** What the runner says. */
	onFrame(frame: Frame): void;
	/** The relay stops within that time. */
	onGoaway(withinMs: number): void;
	/** It is over; told once, and nothing after it. */
	onClose(closed: Closed): void;
}

/** One socket at a relay: says hello, keeps itself alive, and ends. Another one takes its place then. */
export class RelaySocket {
	readonly #socket: WebSocket;
	readonly #listener: SocketListener;
	readonly #late: ReturnType<typeof setTimeout>;
	#probe: ReturnType<typeof setTimeout> | undefined;
	#pings: ReturnType<typeof setInterval> | undefined;
	#heardAt = performance.now();
	#isReady = false;
	#isOver = false;
	#movedTo: string | undefined;

	constructor({ relayUrl, runnerId, ticket }: SocketTarget, listener: SocketListener) {
		this.#listener = listener;
		this.#socket = new WebSocket(runnerAddress(relayUrl, runnerId), SUBPROTOCOL);
		this.#socket.binaryType = 'arraybuffer';
		this.#late = setTimeout(() => this.cut(), CONNECT_MS);
		this.#socket.onopen = () => {
			this.#socket.send(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION, ticket }));
		};
		this.#socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => this.#hear(data);
		// Why is told by the close that comes after an error, and `reason` is empty where there was none.
		this.#socket.onclose = ({ code, reason }) => this.#end(afterClose(code, reason));
	}

	/** Sends a frame, where there is somebody to take it. */
	send(message: Bytes): void {
		if (this.#isReady && this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
	}

	/** Asks for a sign of life; without one in that time the line is cut. */
	probe(limitMs: number): void {
		if (!this.#isReady || this.#probe) return;
		this.#ping();
		this.#probe = setTimeout(() => this.cut(), limitMs);
	}

	/** Takes the line for dead, whatever the browser still thinks of it. */
	cut(): void {
		this.#end({ next: 'again' });
	}

	/** Closes it without a word to the listener. */
	close(): void {
		this.#isOver = true;
		this.#letGo();
	}

	#hear(data: ArrayBuffer | string): void {
		if (this.#isOver) return;
		this.#heardAt = performance.now();
		clearTimeout(this.#probe);
		this.#probe = undefined;
		if (typeof data === 'string') this.#said(data);
		else this.#frame(new Uint8Array(data));
	}

	#frame(message: Uint8Array): void {
		const frame = readFrame(message);
		if (!frame || !this.#isReady) return this.cut();
		if (frame.channel !== RELAY_CHANNEL) return this.#listener.onFrame(frame);
		if (frame.type === FRAME.PING) this.send(frameOf(FRAME.PONG, RELAY_CHANNEL, frame.body));
	}

	#said(text: string): void {
		const message = readMessage(text);
		// Of a newer relay's messages those that are not known are of no interest.
		if (!message) return;
		if (message.type === 'moved') this.#movedTo = message.url;
		if (message.type === 'ready' && !this.#isReady) return this.#begin(message);
		if (!this.#isReady) return;
		if (message.type === 'runner') this.#listener.onRunner(message.online);
		if (message.type === 'goaway') this.#listener.onGoaway(message.withinMs);
	}

	#begin({ version, runnerOnline = false }: Extract<RelayMessage, { type: 'ready' }>): void {
		if (!isServedVersion(version)) return this.#end({ next: 'stop', reason: 'version-unknown' });
		clearTimeout(this.#late);
		this.#isReady = true;
		this.#pings = setInterval(() => {
			if (performance.now() - this.#heardAt > WIRE.deadMs) this.cut();
			else this.#ping();
		}, WIRE.pingMs);
		this.#listener.onReady(runnerOnline);
	}

	#ping(): void {
		this.send(frameOf(FRAME.PING, RELAY_CHANNEL, new Uint8Array(8)));
	}

	#end(how: { next: AfterClose; reason?: CloseReason }): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.#letGo();
		this.#listener.onClose({ ...how, movedTo: this.#movedTo, wasReady: this.#isReady });
	}

	#letGo(): void {
		clearTimeout(this.#late);
		clearTimeout(this.#probe);
		clearInterval(this.#pings);
		this.#socket.close();
	}
}

function readMessage(text: string): RelayMessage | undefined {
	try {
		return RelayMessage.safeParse(JSON.parse(text)).data;
	} catch (cause) {
		if (cause instanceof SyntaxError) return undefined;
		throw cause;
	}
}
