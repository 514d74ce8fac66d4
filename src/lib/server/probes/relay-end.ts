import { WebSocket } from 'ws';
import { readFrame, frameOf, type Frame, type FrameType } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import { RelayMessage } from '#protocol/messages';
import { PROTOCOL_VERSION, SUBPROTOCOL } from '#protocol/version';
import { ProbeFailure } from './steps';

const BINARY = { binary: true, compress: false };

/** One end of a connection through the relay: what it hears is taken one after the other. */
export class RelayEnd {
	readonly #socket: WebSocket;
	readonly #heard: (RelayMessage | Frame)[] = [];
	#wake: () => void = () => undefined;
	/** Why nothing more comes. */
	#over: string | undefined;

	/** @param signal closes it, wherever it has got to */
	constructor(address: string, ticket: string, signal: AbortSignal) {
		this.#socket = new WebSocket(address, SUBPROTOCOL, {
			perMessageDeflate: false,
			maxPayload: WIRE.frameBytes
		});
		signal.addEventListener('abort', () => this.close());
		this.#socket.on('open', () => {
			this.#socket.send(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION, ticket }));
		});
		this.#socket.on('message', (data: Buffer, isBinary) => {
			const heard = isBinary ? readFrame(data) : RelayMessage.safeParse(jsonIn(data)).data;
			if (heard) this.#heard.push(heard);
			this.#wake();
		});
		this.#socket.on('error', (error: NodeJS.ErrnoException) => {
			this.#over ??= `the relay is not reached (${error.code ?? error.message})`;
		});
		this.#socket.on('close', (code, reason) => {
			this.#over ??= `the relay closed the socket (${String(reason) || code})`;
			this.#wake();
		});
		// One that is aborted already fires no event.
		if (signal.aborted) this.close();
	}

	/** The next text message of one of these types. @throws ProbeFailure when the socket ends before */
	said<Type extends RelayMessage['type']>(...types: Type[]) {
		type Wanted = Extract<RelayMessage, { type: Type }>;
		return this.#next((one): one is Wanted => (types as unknown[]).includes(one.type));
	}

	/** The next binary frame of a type. @throws ProbeFailure when the socket ends before */
	frame(type: FrameType): Promise<Frame> {
		return this.#next((one): one is Frame => one.type === type);
	}

	send(type: FrameType, channel: number, body: Uint8Array): void {
		this.#socket.send(frameOf(type, channel, body), BINARY);
	}

	/** Ends it, politely where there is somebody to be polite to. */
	close(): void {
		if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close();
		else this.#socket.terminate();
	}

	/** What comes before it and does not fit is of no interest. */
	async #next<Wanted extends RelayMessage | Frame>(
		fits: (one: RelayMessage | Frame) => one is Wanted
	): Promise<Wanted> {
		for (;;) {
			const heard = this.#heard.shift();
			if (heard && fits(heard)) return heard;
			if (heard) continue;
			if (this.#over) throw new ProbeFailure(this.#over);
			await new Promise<void>((resolve) => (this.#wake = resolve));
		}
	}
}

function jsonIn(data: Buffer): unknown {
	try {
		return JSON.parse(data.toString());
	} catch {
		// What is no JSON has no shape, and is left out.
		return undefined;
	}
}
