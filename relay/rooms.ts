import type { PresenceChange, RelayEvent } from '#protocol/events';
import type { RelayLimits } from './limits.ts';
import type { Peer } from './peer.ts';
import { RegistryAway, type Registry } from './registry.ts';
import { Room, type RunnerClaims, type ViewerClaims } from './room.ts';

/** Told when a runner's socket has come or gone. */
export type OnPresence = (change: PresenceChange) => void;

/** The rooms of this relay, one for each runner that is here or waited for. */
export class Rooms {
	readonly #rooms = new Map<string, Room>();
	readonly #registry: Registry;
	readonly #limits: RelayLimits;
	readonly #onPresence: OnPresence;

	constructor(registry: Registry, limits: RelayLimits, onPresence: OnPresence) {
		this.#registry = registry;
		this.#limits = limits;
		this.#onPresence = onPresence;
	}

	/** Rooms whose runner is here. */
	get online(): number {
		return [...this.#rooms.values()].filter(({ isOnline }) => isOnline).length;
	}

	of(runnerId: string): Room | undefined {
		return this.#rooms.get(runnerId);
	}

	[Symbol.iterator](): IterableIterator<Room> {
		return this.#rooms.values();
	}

	/** A runner has come: it is this relay's from now on. @throws RegistryAway */
	async enter(peer: Peer, claims: RunnerClaims): Promise<void> {
		const epoch = await this.#registry.claim(claims.runnerId);
		if (!peer.isOpen) return this.#release(claims.runnerId, epoch);
		peer.ready();
		if (!this.#room(claims.runnerId).enter(peer, claims, epoch)) return;
		this.#tell(peer, claims, { epoch, online: true });
	}

	/** A viewer has come, perhaps before its runner. */
	async look(peer: Peer, claims: ViewerClaims): Promise<void> {
		const room = this.#room(claims.runnerId);
		peer.ready(room.isOnline);
		room.look(peer, claims);
		if (room.isOnline) return;
		// The runner may have come to another relay while this one was asked to let the viewer in.
		const elsewhere = await this.#registry.locate(claims.runnerId).catch(forgetAway);
		if (elsewhere && !room.isOnline) peer.close('moved');
	}

	leave(peer: Peer): void {
		const { claims } = peer;
		if (!claims || claims.role === 'events') return;
		const room = this.#rooms.get(claims.runnerId);
		const epoch = room?.epoch;
		const isOffline = room?.leave(peer) ?? false;
		if (room?.isEmpty) this.#rooms.delete(claims.runnerId);
		if (!isOffline || epoch === undefined || claims.role !== 'runner-control') return;
		this.#tell(peer, claims, { epoch, online: false });
		this.#release(claims.runnerId, epoch);
	}

	/**
	 * Another relay has a newer socket of that runner: whoever is here is led there.
	 *
	 * @returns whether the runner was here
	 */
	moveAway(runnerId: string, epoch: number): boolean {
		const room = this.#rooms.get(runnerId);
		const own = room?.epoch;
		room?.moveAway(epoch);
		if (own === undefined || own >= epoch) return false;
		this.#release(runnerId, own);
		return true;
	}

	/** Those who are online here, for whoever has to be told everything. */
	present(): PresenceChange[] {
		return [...this.#rooms.values()].flatMap(({ presence }) => presence ?? []);
	}

	#room(runnerId: string): Room {
		const room = this.#rooms.get(runnerId) ?? new Room(this.#limits);
		this.#rooms.set(runnerId, room);
		return room;
	}

	#tell(peer: Peer, claims: RunnerClaims, now: { epoch: number; online: boolean }): void {
		const { runnerId, sub: personId } = claims;
		this.#onPresence({ runnerId, personId, connectionId: peer.id, ...now, atMs: Date.now() });
		const told: RelayEvent = {
			type: 'tell-people',
			people: [personId],
			notice: { kind: 'runner.online', runnerId, online: now.online }
		};
		this.#registry.publish([told]).catch(forgetAway);
	}

	#release(runnerId: string, epoch: number): void {
		this.#registry.release(runnerId, epoch).catch(forgetAway);
	}
}

/** The claim of a dead life counts for nothing, and who is online is also asked for. */
function forgetAway(cause: unknown): undefined {
	if (!(cause instanceof RegistryAway)) throw cause;
	return undefined;
}
