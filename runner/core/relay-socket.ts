import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { runnerAddress } from '#protocol/addresses';
import type { Bytes } from '#protocol/bytes';
import { afterClose, type CloseReason } from '#protocol/closing';
import { FRAME, frameOf, readFrame, RELAY_CHANNEL, type Frame } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import { RelayMessage } from '#protocol/messages';
import { isServedVersion, PROTOCOL_VERSION, SUBPROTOCOL } from '#protocol/version';
import { framed } from './framed.ts';
import { RUNNER_LIMITS } from './limits.ts';
import { giveBack, isSlab } from './slabs.ts';

const BINARY = { binary: true, compress: false };

/** What is told of a socket. */
export interface SocketListener {
	onReady(): void;
	onMessage(message: RelayMessage): void;
	onFrame(frame: Frame): void;
	/** Everything that was sent has left. */
	onDrain(): void;
	/** It is over; told once. */
	onClose(closed: Closed): void;
}

/** How a socket ended. */
export interface Closed {
	reason: CloseReason | undefined;
	/** Where the relay sends this runner, with the same ticket. */
	movedTo?: string;
}

/** Where to connect, and with what. */
export interface SocketTarget {
	relayUrl: string;
	runnerId: string;
	ticket: string;
}

/** One connection to a relay: says hello, keeps itself alive, and ends. Another one takes its place then. */
export class RelaySocket {
	readonly #socket: WebSocket;
	readonly #listener: SocketListener;
	/** What the socket stands on, when it is open. */
	#line: Socket | undefined;
	#isReady = false;
	#isCut = false;
	#heardAt = performance.now();
	#movedTo: string | undefined;
	/** Why it was cut from here. */
	#reason: CloseReason | undefined;
	#pings: NodeJS.Timeout | undefined;

	constructor({ relayUrl, runnerId, ticket }: SocketTarget, listener: SocketListener) {
		this.#listener = listener;
		this.#socket = new WebSocket(runnerAddress(relayUrl, runnerId), SUBPROTOCOL, {
			perMessageDeflate: false,
			handshakeTimeout: RUNNER_LIMITS.connectMs,
			maxPayload: WIRE.frameBytes
		});
		const late = setTimeout(() => this.#socket.terminate(), RUNNER_LIMITS.connectMs);
		this.#socket.on('open', () => {
			const hello = { type: 'hello', version: PROTOCOL_VERSION, ticket };
			this.#socket.send(JSON.stringify(hello));
		});
		this.#socket.on('message', (data: Buffer, isBinary) => {
			// What came in one piece with the reason to leave is read after it.
			if (this.#isCut) return;
			this.#heardAt = performance.now();
			if (isBinary) this.#frame(data);
			else this.#said(data);
			if (this.#isReady) clearTimeout(late);
		});
		this.#socket.on('upgrade', ({ socket }) => {
			this.#line = socket;
			socket.on('drain', () => listener.onDrain());
		});
		// What is wrong is told by `close`, which comes after it.
		this.#socket.on('error', () => {});
		this.#socket.on('close', (code, reason) => {
			clearTimeout(late);
			clearInterval(this.#pings);
			const closed = afterClose(code, String(reason));
			listener.onClose({ reason: this.#reason ?? closed.reason, movedTo: this.#movedTo });
		});
	}

	/** Whether what is sent now goes out soon. */
	get isFree(): boolean {
		return (
			this.#isReady &&
			this.#socket.readyState === WebSocket.OPEN &&
			this.#socket.bufferedAmount < RUNNER_LIMITS.lineBytes
		);
	}

	/** Sends a frame, and has its memory from then on. */
	send(message: Bytes): void {
		if (!this.#canSend()) return;
		if (this.#line && isSlab(message)) this.#sendSlab(message, this.#line);
		else this.#socket.send(message, BINARY);
	}

	/** Has the relay let a viewer go. */
	drop(channel: number): void {
		if (this.#canSend()) this.#socket.send(JSON.stringify({ type: 'drop', channel }));
	}

	close(): void {
		this.#socket.close(1000);
		setTimeout(() => this.#socket.terminate(), 1_000).unref();
	}

	/** Cuts the line at once. */
	cut(): void {
		this.#isCut = true;
		this.#socket.terminate();
	}

	/** The library would mask a copy; here the message itself is masked, and its memory used again when it has left. */
	#sendSlab(message: Bytes, line: Socket): void {
		const [front, body] = framed(message);
		line.cork();
		line.write(front);
		// Of a line that has failed nobody knows what it still looks at.
		line.write(body, (error) => void (error ?? giveBack(message)));
		line.uncork();
	}

	/** What is sent waits in memory for a relay that does not read: not without end. */
	#canSend(): boolean {
		if (!this.#isReady || this.#socket.readyState !== WebSocket.OPEN) return false;
		const isStuck = this.#socket.bufferedAmount > RUNNER_LIMITS.unsentBytes;
		if (isStuck) this.cut();
		return !isStuck;
	}

	#frame(data: Buffer): void {
		const frame = readFrame(data);
		if (!frame || !this.#isReady) return this.cut();
		if (frame.channel !== RELAY_CHANNEL) return this.#listener.onFrame(frame);
		if (frame.type === FRAME.PING) this.send(frameOf(FRAME.PONG, RELAY_CHANNEL, frame.body));
	}

	#said(data: Buffer): void {
		const message = readMessage(data);
		// Of a newer relay's messages those that are not known are of no interest.
		if (!message) return;
		// Whoever was let in is not sent anywhere any more.
		if (message.type === 'moved' && !this.#isReady) this.#movedTo = message.url;
		if (message.type === 'ready' && !this.#isReady) return this.#begin(message);
		if (this.#isReady) this.#listener.onMessage(message);
	}

	#begin({ version, role }: Extract<RelayMessage, { type: 'ready' }>): void {
		if (!isServedVersion(version)) this.#reason = 'version-unknown';
		if (!isServedVersion(version) || role !== 'runner-control') return this.cut();
		this.#isReady = true;
		this.#pings = setInterval(() => this.#ping(), WIRE.pingMs);
		this.#listener.onReady();
	}

	#ping(): void {
		if (performance.now() - this.#heardAt > WIRE.deadMs) return this.cut();
		this.send(frameOf(FRAME.PING, RELAY_CHANNEL, Buffer.alloc(8)));
	}
}

function readMessage(data: Buffer): RelayMessage | undefined {
	try {
		return RelayMessage.safeParse(JSON.parse(data.toString())).data;
	} catch (cause) {
		if (cause instanceof SyntaxError) return undefined;
		throw cause;
	}
}
