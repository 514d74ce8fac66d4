import type { RelayEvent } from '#protocol/events';
import { FRAME, HEADER_BYTES } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import type { Role } from '#protocol/tickets';
import type { RelayLimits } from './limits.ts';
import type { Peer } from './peer.ts';
import { fallsUnder } from './revocations.ts';

/** The rounds of pings are spread over so many parts, so that a relay with many sockets never has a busy moment. */
const PARTS = 20;

/** Every socket of this relay: how many there are of whom, whether they live, and who is told what. */
export class Peers {
	readonly #limits: RelayLimits;
	readonly #all = new Set<Peer>();
	readonly #parts = Array.from({ length: PARTS }, () => new Set<Peer>());
	readonly #byAddress = new Map<string, { all: number; strangers: number }>();
	readonly #byPerson = new Map<string, Set<Peer>>();
	readonly #runners = new Map<string, Set<Peer>>();
	readonly #timer: NodeJS.Timeout;
	#nextPart = 0;
	#added = 0;

	constructor(limits: RelayLimits) {
		this.#limits = limits;
		this.#timer = setInterval(() => this.#askNext(), WIRE.pingMs / PARTS);
		this.#timer.unref();
	}

	get size(): number {
		return this.#all.size;
	}

	[Symbol.iterator](): IterableIterator<Peer> {
		return this.#all[Symbol.iterator]();
	}

	/** Why no more sockets from there can be taken, as an HTTP status; nothing when they can. */
	refusal(address: string): 429 | 503 | undefined {
		const { all = 0, strangers = 0 } = this.#byAddress.get(address) ?? {};
		if (all >= this.#limits.socketsPerAddress) return 429;
		if (strangers >= this.#limits.strangersPerAddress) return 429;
		return this.#all.size >= this.#limits.sockets ? 503 : undefined;
	}

	/** A socket that has not said yet who it is. */
	add(peer: Peer): void {
		this.#all.add(peer);
		this.#parts[this.#added++ % PARTS]?.add(peer);
		const count = this.#byAddress.get(peer.address) ?? { all: 0, strangers: 0 };
		this.#byAddress.set(peer.address, count);
		count.all += 1;
		count.strangers += 1;
	}

	/** Its ticket is good. @returns false where that person has too many sockets: then it is closed */
	admit(peer: Peer): boolean {
		const { claims } = peer;
		if (!claims) return false;
		const count = this.#byAddress.get(peer.address);
		if (count) count.strangers -= 1;
		peer.isAdmitted = true;
		if ((this.#byPerson.get(claims.sub)?.size ?? 0) >= this.#limits.socketsPerPerson) {
			add(this.#byPerson, claims.sub, peer);
			peer.close('too-many-sockets');
			return false;
		}
		add(this.#byPerson, claims.sub, peer);
		if (claims.role === 'runner-control') add(this.#runners, claims.runnerId, peer);
		return true;
	}

	remove(peer: Peer): void {
		if (!this.#all.delete(peer)) return;
		for (const part of this.#parts) part.delete(peer);
		const { claims, isAdmitted } = peer;
		const count = this.#byAddress.get(peer.address);
		if (count) {
			count.all -= 1;
			if (!isAdmitted) count.strangers -= 1;
			if (count.all === 0) this.#byAddress.delete(peer.address);
		}
		if (!claims || !isAdmitted) return;
		remove(this.#byPerson, claims.sub, peer);
		if (claims.role === 'runner-control') remove(this.#runners, claims.runnerId, peer);
	}

	/** Does what was posted, here or at another relay. */
	hear(events: readonly RelayEvent[]): void {
		for (const event of events) {
			if (event.type === 'revoked') this.#revoke(event);
			else if (event.type === 'tell-runners') {
				for (const runnerId of event.runners) this.#tell(this.#runners.get(runnerId), event);
			} else {
				for (const personId of event.people) this.#tell(this.#byPerson.get(personId), event);
			}
		}
	}

	/** How many there are of each role; `stranger` are those without a ticket. */
	countRoles(): Map<Role | 'stranger', number> {
		const counts = new Map<Role | 'stranger', number>();
		for (const { claims, isAdmitted } of this.#all) {
			const role = claims && isAdmitted ? claims.role : 'stranger';
			counts.set(role, (counts.get(role) ?? 0) + 1);
		}
		return counts;
	}

	stop(): void {
		clearInterval(this.#timer);
	}

	#tell(peers: Iterable<Peer> = [], event: Extract<RelayEvent, { notice: unknown }>): void {
		const role = event.type === 'tell-runners' ? 'runner-control' : 'events';
		for (const peer of peers) {
			if (peer.claims?.role !== role) continue;
			if (role === 'events' && peer.backlogBytes > this.#limits.listenerBacklogBytes) {
				peer.close('too-far-behind');
			} else peer.say({ type: 'notice', notice: event.notice });
		}
	}

	/** DevMode is switched on again some day, so who is sent away by that may come back; others may not. */
	#revoke({ target, atMs }: Extract<RelayEvent, { type: 'revoked' }>): void {
		for (const peer of this.#all) {
			const { claims } = peer;
			if (!claims || claims.iat * 1000 > atMs || !fallsUnder(target, claims)) continue;
			peer.close(target.of === 'devmode' ? 'unavailable' : 'revoked');
		}
	}

	/** One part of a round: who said nothing for long is cut off, the others are asked for a sign of life. */
	#askNext(): void {
		const now = performance.now();
		const ping = Buffer.alloc(HEADER_BYTES + 8);
		ping[0] = FRAME.PING;
		ping.writeBigUInt64BE(BigInt(Math.round(now)), HEADER_BYTES);
		for (const peer of this.#parts[this.#nextPart++ % PARTS] ?? []) {
			peer.messages = 0;
			if (!peer.isPaused && now - peer.heardAt > WIRE.deadMs) peer.cut();
			else if (peer.isAdmitted) peer.send(ping);
		}
	}
}

function add(index: Map<string, Set<Peer>>, key: string, peer: Peer): void {
	const peers = index.get(key);
	if (peers) peers.add(peer);
	else index.set(key, new Set([peer]));
}

function remove(index: Map<string, Set<Peer>>, key: string, peer: Peer): void {
	const peers = index.get(key);
	if (peers?.delete(peer) && peers.size === 0) index.delete(key);
}
