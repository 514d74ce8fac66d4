import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import { eventsAddress, runnerAddress } from '#protocol/addresses';
import type { RelayEvent } from '#protocol/events';
import { FRAME, frameOf, readFrame, type Frame, type FrameType } from '#protocol/frames';
import type { RelayMessage } from '#protocol/messages';
import { signTicket, type TicketRequest } from '#protocol/tickets';
import { PROTOCOL_VERSION, SUBPROTOCOL } from '#protocol/version';
import { createRelay, type Relay, type RelayOptions } from '../../relay/server.ts';

/** What relays of tests are started with: fixed, and good for nothing else. */
export const relaySecrets = {
	ticket: 'tests-only-devmode-0123456789abcdefghijkl',
	previousTicket: 'tests-only-devmode-before-0123456789abcdef',
	internal: 'tests-only-internal-0123456789abcdefghijkl'
};

/** A relay on a port of its own. */
export interface TestRelay extends Relay {
	/** `ws://127.0.0.1:…` */
	url: string;
	/** Posts events as the app does. @returns the status of the answer */
	post(events: RelayEvent[], secret?: string): Promise<number>;
	get(path: string, headers?: Record<string, string>): Promise<Response>;
}

/** Starts a relay that says nothing. */
export async function startRelay(options: Partial<RelayOptions> = {}): Promise<TestRelay> {
	const relay = createRelay({
		tier: 'development',
		ticketSecrets: [relaySecrets.ticket, relaySecrets.previousTicket],
		internalSecrets: [relaySecrets.internal],
		origins: ['https://coda.test'],
		log: () => {},
		...options,
		limits: { drainPerSocketMs: 1, closeMs: 500, ...options.limits }
	});
	relay.server.listen(0, '127.0.0.1');
	await once(relay.server, 'listening');
	const { port } = relay.server.address() as AddressInfo;
	const http = `http://127.0.0.1:${port}`;
	return {
		...relay,
		url: `ws://127.0.0.1:${port}`,
		async post(events, secret = relaySecrets.internal) {
			const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
			const body = JSON.stringify({ events });
			return (await fetch(`${http}/events`, { method: 'POST', headers, body })).status;
		},
		get: (path, headers) => fetch(`${http}${path}`, { headers })
	};
}

/** One end of a connection, with what it has received and nobody has looked at yet. */
export class TestEnd {
	readonly socket: WebSocket;
	/** The code and the reason of the close. */
	readonly closed: Promise<{ code: number; reason: string }>;
	readonly #messages: (RelayMessage | Frame)[] = [];
	#wake: () => void = () => {};
	#isClosed = false;

	constructor(url: string, options: ClientOptions = {}) {
		this.socket = new WebSocket(url, SUBPROTOCOL, { perMessageDeflate: false, ...options });
		this.socket.on('message', (data: Buffer, isBinary) => {
			const message = isBinary ? readFrame(data) : (JSON.parse(data.toString()) as RelayMessage);
			if (message) this.#messages.push(message);
			this.#wake();
		});
		this.socket.on('error', () => {});
		// `once` would be rejected by an error, and `close` comes after one, too.
		this.closed = new Promise((resolve) => {
			this.socket.on('close', (code, reason) => {
				this.#isClosed = true;
				this.#wake();
				resolve({ code, reason: String(reason) });
			});
		});
	}

	/** The next message that fits; those before it that do not are thrown away. */
	async next<Wanted extends RelayMessage | Frame>(
		fits: (message: RelayMessage | Frame) => message is Wanted
	): Promise<Wanted> {
		for (;;) {
			const message = this.#messages.shift();
			if (message && fits(message)) return message;
			if (message) continue;
			if (this.#isClosed) throw new Error('The socket was closed before that came.');
			await new Promise<void>((resolve) => (this.#wake = resolve));
		}
	}

	/** The next text message of a type. */
	said<Type extends RelayMessage['type']>(type: Type) {
		return this.next(
			(message): message is Extract<RelayMessage, { type: Type }> => message.type === type
		);
	}

	/** The next binary frame of a type. */
	async frame(type: FrameType): Promise<Frame> {
		return this.next((message): message is Frame => message.type === type);
	}

	/** What has come and was not looked at, but for signs of life. */
	get waiting(): readonly (RelayMessage | Frame)[] {
		return this.#messages.filter(({ type }) => type !== FRAME.PING);
	}

	say(message: unknown): void {
		this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
	}

	send(type: number, channel: number, body: Uint8Array | string = ''): void {
		this.socket.send(frameOf(type as FrameType, channel, Buffer.from(body)));
	}

	close(): void {
		this.socket.close();
	}
}

/** People and computers, for tickets. */
export const newIds = () => ({
	personId: randomUUID(),
	runnerId: randomUUID(),
	sessionId: randomUUID(),
	signInId: randomUUID()
});
export type TestIds = ReturnType<typeof newIds>;

/** A ticket for each role, for the same person and computer. */
export const ticketsOf = ({ personId: sub, runnerId, sessionId, signInId }: TestIds) => {
	const aud = 'development' as const;
	const terminal = { aud, sub, ownerId: sub, runnerId, sessionId, signInId };
	return {
		'runner-control': { role: 'runner-control', aud, sub, runnerId },
		writer: { role: 'writer', ...terminal },
		viewer: { role: 'viewer', ...terminal },
		events: { role: 'events', aud, sub, signInId }
	} satisfies Record<string, TicketRequest>;
};

/** How an end says hello, where it is not as usual. */
export interface ConnectOptions extends ClientOptions {
	secret?: string;
	nowMs?: number;
	version?: number;
	ticket?: string;
	resumeFrom?: number;
}

/** Connects and says hello; `ready` is for the caller to wait for. */
export async function connect(
	url: string,
	request: TicketRequest,
	{
		secret = relaySecrets.ticket,
		nowMs,
		version,
		ticket,
		resumeFrom,
		...options
	}: ConnectOptions = {}
): Promise<TestEnd> {
	const leadsTo =
		request.role === 'events' ? eventsAddress(url) : runnerAddress(url, request.runnerId);
	const end = new TestEnd(leadsTo, options);
	await once(end.socket, 'open');
	end.say({
		type: 'hello',
		version: version ?? PROTOCOL_VERSION,
		ticket: ticket ?? (await signTicket(request, secret, nowMs)),
		resumeFrom
	});
	return end;
}

/** A runner and somebody who types, joined. */
export async function connectPair(url: string, ids: TestIds = newIds()) {
	const tickets = ticketsOf(ids);
	const runner = await connect(url, tickets['runner-control']);
	await runner.said('ready');
	const writer = await connect(url, tickets.writer);
	await writer.said('ready');
	const { channel } = await runner.said('join');
	return { ids, tickets, runner, writer, channel };
}
