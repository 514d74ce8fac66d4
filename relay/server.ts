import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { WIRE } from '#protocol/limits';
import { verifyTicket, type Tier } from '#protocol/tickets';
import { PROTOCOL_VERSION, SUBPROTOCOL } from '#protocol/version';
import { drain } from './drain.ts';
import { answerRequest, type Answers } from './http.ts';
import { RELAY_LIMITS, type RelayLimits } from './limits.ts';
import { problemOf, type Log } from './log.ts';
import { MovedRunners } from './moved-runners.ts';
import { count, measureLoop, metricsText, newCounts } from './metrics.ts';
import { addressOf, createOriginCheck, type AddressSource } from './origins.ts';
import { Peer } from './peer.ts';
import { Peers } from './peers.ts';
import { readHello, Receiver } from './receive.ts';
import { MemoryRegistry, RegistryAway, type Registry } from './registry.ts';
import { Rooms, type OnPresence } from './rooms.ts';
import { NEWS, type ToldLines } from './told-lines.ts';
import { answerUpgrade, refuseUpgrade, replayHeaders } from './upgrade.ts';

/** What a relay is made of. */
export interface RelayOptions {
	tier: Tier;
	/** Today's secret, and the one before while it is being replaced. */
	ticketSecrets: readonly [string, ...string[]];
	internalSecrets: readonly [string, ...string[]];
	/** Which pages may connect; `*` stands for a part of a host name. */
	origins: readonly string[];
	log: Log;
	/** What several relays share; absent: there is only this one. */
	registry?: Registry;
	/** Told when a runner's socket has come or gone. */
	onPresence?: OnPresence;
	/** Told of a mistake of ours. */
	onError?: (cause: unknown) => void;
	/** Lines that wait for the app, to be counted. */
	told?: Pick<ToldLines, 'waiting' | 'dropped'>;
	addressSource?: AddressSource;
	limits?: Partial<RelayLimits>;
}

/** A relay that does not listen yet: `server.listen` does it. */
export interface Relay {
	server: Server;
	rooms: Rooms;
	/** What `/metrics` answers. */
	metrics(): string;
	/** Stops: nobody new, everybody is told, sockets are closed one after the other. */
	stop(): Promise<void>;
}

/** What a socket was asked for with. */
interface SocketRequest {
	/** In its address; absent for a browser that listens. */
	runnerId: string | undefined;
	/** Another relay that has this runner, as far as is known. */
	elsewhere: string | undefined;
}

/** Makes a relay. It carries frames between sockets that hold tickets, and keeps nothing. */
export function createRelay(options: RelayOptions): Relay {
	const { log, tier, ticketSecrets, internalSecrets, onPresence = () => {} } = options;
	const limits: RelayLimits = { ...RELAY_LIMITS, ...options.limits };
	const registry = options.registry ?? new MemoryRegistry();
	const addressSource = options.addressSource ?? { onFly: false, proxyHops: 0 };
	const counts = newCounts(options.told);
	const peers = new Peers(limits);
	const rooms = new Rooms(registry, limits, onPresence);
	const receiver = new Receiver(rooms, limits, counts);
	const moved = new MovedRunners(log);
	const isOriginKnown = createOriginCheck(options.origins);
	let isStopping = false;
	measureLoop();

	registry.listen({
		onEvents(events) {
			counts.events += events.length;
			peers.hear(events);
		},
		onClaimed(runnerId, epoch) {
			if (rooms.moveAway(runnerId, epoch)) moved.add();
		}
	});

	const answers: Answers = {
		internalSecrets,
		unready: () => (isStopping ? 'stopping' : registry.isReady ? undefined : 'registry'),
		metrics: () => metricsText(counts, peers, rooms),
		publish: (events) => registry.publish(events)
	};
	// Whoever asks for nothing, or never comes to an end of it, is cut off within seconds.
	const patience = { requestTimeout: 10_000, headersTimeout: 10_000 };
	const server = createServer({ ...patience, connectionsCheckingInterval: 2_000 });
	server.maxConnections = limits.connections;
	server.on('request', (request, response) => {
		answerRequest(request, response, answers).catch((cause: unknown) => {
			// The caller may have gone while it spoke; that is nobody's fault.
			if (!request.destroyed) failed(cause);
			response.destroy();
		});
	});

	// `closeTimeout` is younger than the types of ws.
	const settings = {
		noServer: true,
		perMessageDeflate: false,
		clientTracking: false,
		skipUTF8Validation: true,
		maxPayload: limits.collectedBytes,
		closeTimeout: limits.closeMs,
		handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false)
	};
	const sockets = new WebSocketServer(settings);

	server.on('upgrade', (request: IncomingMessage, line: Duplex, head: Buffer) => {
		line.on('error', () => line.destroy());
		upgrade(request, line, head).catch((cause: unknown) => {
			failed(cause);
			line.destroy();
		});
	});

	/** A mistake of ours costs one connection, and not all of them. */
	function failed(cause: unknown): void {
		log('error', 'Something went wrong', { problem: problemOf(cause) });
		options.onError?.(cause);
	}

	async function upgrade(request: IncomingMessage, line: Duplex, head: Buffer): Promise<void> {
		const address = addressOf(request, addressSource);
		const refusalFor = (from: string) => (isStopping ? 503 : peers.refusal(from));
		const rules = { registry, isOriginKnown, refusalFor, onFly: addressSource.onFly };
		const answer = await answerUpgrade(request, address, rules);
		if (answer.kind === 'replay') return refuseUpgrade(line, 307, replayHeaders(answer.machine));
		// Others from there may have come while the registry was asked; from here on nothing is waited for.
		const status = answer.kind === 'refuse' ? answer.status : refusalFor(address);
		if (answer.kind === 'refuse' || status) {
			count(counts.refusals, String(status));
			return refuseUpgrade(line, status ?? 503);
		}
		sockets.handleUpgrade(request, line, head, (socket) => {
			const peer = new Peer(socket, line as Socket, address);
			const { runnerId } = answer;
			attend(peer, socket, {
				runnerId,
				elsewhere: answer.kind === 'moved' ? answer.url : undefined
			});
		});
	}

	/** A socket's whole life. */
	function attend(peer: Peer, socket: WebSocket, request: SocketRequest): void {
		const since = performance.now();
		let hasSpoken = false;
		const late = setTimeout(() => peer.close('hello-late'), WIRE.helloMs);
		peers.add(peer);
		socket.on('message', (data, isBinary) => {
			if (!peer.isOpen) return;
			peer.heardAt = performance.now();
			if (peer.isAdmitted) return receiver.receive(peer, data as Buffer, isBinary);
			// Before `ready` there is nothing to say but one hello.
			if (hasSpoken) return peer.close('hello-broken');
			hasSpoken = true;
			clearTimeout(late);
			greet(peer, { message: data as Buffer, isBinary, ...request }).catch((cause: unknown) => {
				failed(cause);
				peer.cut();
			});
		});
		// What breaks RFC 6455 is closed by the library; the event after it is `close`.
		socket.on('error', () => {});
		socket.on('close', (code) => {
			clearTimeout(late);
			peers.remove(peer);
			rooms.leave(peer);
			count(counts.closes, peer.closedFor ?? 'left');
			const seconds = Math.round((performance.now() - since) / 1000);
			log('info', 'Socket closed', { ...idsOf(peer), code, reason: peer.closedFor, seconds });
		});
	}

	/** Reads the first message and lets its sender in, or closes. */
	async function greet(
		peer: Peer,
		{
			message,
			isBinary,
			runnerId,
			elsewhere
		}: SocketRequest & { message: Buffer; isBinary: boolean }
	): Promise<void> {
		const hello = readHello(message, isBinary);
		if (typeof hello === 'string') return peer.close(hello);
		const claims = await verifyTicket(hello.ticket, { secrets: ticketSecrets, tier });
		const leadsTo = claims && 'runnerId' in claims ? claims.runnerId : undefined;
		if (!claims || leadsTo !== runnerId) return peer.close('ticket-refused');
		// A runner is taken where it comes: the relay that has it, as far as is known, may be gone.
		if (elsewhere !== undefined && claims.role !== 'runner-control') {
			peer.say({ type: 'moved', url: elsewhere });
			return peer.close('moved');
		}
		// From here on a revocation finds it, also while it is being let in.
		peer.claims = claims;
		peer.version = Math.min(hello.version, PROTOCOL_VERSION);
		try {
			const admission = await registry.admit(claims);
			if (!peer.isOpen) return;
			if (admission === 'used') return peer.close('ticket-used');
			if (admission === 'revoked') return peer.close('ticket-refused');
			if (isStopping) return peer.goAway();
			if (!peers.admit(peer)) return;
			counts.admitted += 1;
			if (hello.resumeFrom) counts.resumed += 1;
			if (claims.role === 'runner-control') await rooms.enter(peer, claims);
			else if (claims.role === 'events') peer.ready();
			else await rooms.look(peer, claims);
			log('info', 'Socket ready', idsOf(peer));
		} catch (cause) {
			if (!(cause instanceof RegistryAway)) throw cause;
			peer.close('unavailable');
		}
	}

	return {
		server,
		rooms,
		metrics: answers.metrics,
		async stop() {
			if (isStopping) return;
			isStopping = true;
			await registry.withdraw().catch((cause: unknown) => {
				if (!(cause instanceof RegistryAway)) throw cause;
			});
			log('info', NEWS.drains, { sockets: peers.size, runners: rooms.online });
			await drain({ server, peers, rooms, limits });
			moved.tell();
			peers.stop();
			await registry.close();
		}
	};
}

/** What the log says of a socket: ids, and never what it carries. */
function idsOf({ id, claims }: Peer) {
	return {
		connectionId: id,
		role: claims?.role,
		personId: claims?.sub,
		runnerId: claims && 'runnerId' in claims ? claims.runnerId : undefined,
		sessionId: claims && 'sessionId' in claims ? claims.sessionId : undefined
	};
}
