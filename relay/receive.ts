import type { CloseReason } from '#protocol/closing';
import { FRAME, HEADER_BYTES, RELAY_CHANNEL } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import { Hello, RunnerMessage } from '#protocol/messages';
import type { Role } from '#protocol/tickets';
import { OLDEST_VERSION, PROTOCOL_VERSION } from '#protocol/version';
import type { RelayLimits } from './limits.ts';
import type { Counts } from './metrics.ts';
import type { Peer } from './peer.ts';
import { isFrame } from './room.ts';
import type { Rooms } from './rooms.ts';

const PING_BYTES = HEADER_BYTES + 8;

/** Reads the first message of a socket, or says why it is none. */
export function readHello(message: Buffer, isBinary: boolean): Hello | CloseReason {
	if (message.length > WIRE.helloBytes) return 'frame-too-large';
	const hello = isBinary ? undefined : Hello.safeParse(readJson(message)).data;
	if (!hello) return 'hello-broken';
	const isServed = hello.version >= OLDEST_VERSION && hello.version <= PROTOCOL_VERSION;
	return isServed ? hello : 'version-unknown';
}

/** Takes what admitted sockets send, by their role. */
export class Receiver {
	readonly #rooms: Rooms;
	readonly #limits: RelayLimits;
	readonly #counts: Counts;

	constructor(rooms: Rooms, limits: RelayLimits, counts: Counts) {
		this.#rooms = rooms;
		this.#limits = limits;
		this.#counts = counts;
	}

	receive(peer: Peer, message: Buffer, isBinary: boolean): void {
		const { claims } = peer;
		if (!claims) return;
		if (++peer.messages > this.#mostMessages(claims.role)) return peer.close('too-many-messages');
		if (!isBinary) return this.#control(peer, message);
		if (message.length > WIRE.frameBytes) return peer.close('frame-too-large');
		if (!isFrame(message)) return peer.close('frame-broken');
		if (message.readUInt32BE(1) === RELAY_CHANNEL) return this.#hop(peer, message);
		if (claims.role === 'events') return peer.close('frame-broken');
		const room = this.#rooms.of(claims.runnerId);
		if (claims.role === 'runner-control') {
			this.#counts.bytesToViewers += message.length;
			room?.toViewer(peer, message);
		} else {
			this.#counts.bytesToRunners += message.length;
			room?.toRunner(peer, message);
		}
	}

	/** Text: only a runner has something to say, and only one thing. */
	#control(peer: Peer, message: Buffer): void {
		if (message.length > WIRE.controlBytes) return peer.close('frame-too-large');
		const json = peer.claims?.role === 'runner-control' ? readJson(message) : undefined;
		const said = RunnerMessage.safeParse(json).data;
		if (!said || peer.claims?.role !== 'runner-control') return peer.close('frame-broken');
		this.#rooms.of(peer.claims.runnerId)?.drop(peer, said.channel);
	}

	/** A sign of life. Who does not read the answers gets no more of them. */
	#hop(peer: Peer, frame: Buffer): void {
		if (frame.length !== PING_BYTES) return peer.close('frame-broken');
		if (frame[0] === FRAME.PONG) return;
		if (frame[0] !== FRAME.PING) return peer.close('frame-broken');
		if (peer.backlogBytes > this.#limits.listenerBacklogBytes) return;
		frame[0] = FRAME.PONG;
		peer.send(frame);
	}

	#mostMessages(role: Role): number {
		if (role === 'runner-control') return this.#limits.runnerMessages;
		return role === 'events' ? this.#limits.listenerMessages : this.#limits.viewerMessages;
	}
}

function readJson(message: Buffer): unknown {
	try {
		return JSON.parse(message.toString()) as unknown;
	} catch {
		// Not JSON, and so nothing that has a shape.
		return undefined;
	}
}
