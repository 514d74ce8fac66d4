import type { RelayEvent } from '#protocol/events';
import { WIRE } from '#protocol/limits';
import type { TicketClaims } from '#protocol/tickets';
import { concerns, type Revocation } from './revocations.ts';

/** What the registry of several relays cannot be asked for now. Nobody is let in without it. */
export class RegistryAway extends Error {
	constructor(options?: ErrorOptions) {
		super('The registry does not answer.', options);
		this.name = 'RegistryAway';
	}
}

/** How a ticket stands: to be taken, taken before, or from before something was revoked. */
export type Admission = 'good' | 'used' | 'revoked';

/** Another relay that holds a runner. */
export interface Elsewhere {
	/** Its machine, on Fly. */
	machine: string | undefined;
	/** Where it is reached by itself, elsewhere. */
	url: string | undefined;
}

/** What a registry tells its relay. */
export interface RegistryListener {
	/** Events were posted, here or at another relay. */
	onEvents(events: readonly RelayEvent[]): void;
	/** Another relay has a newer socket of that runner. */
	onClaimed(runnerId: string, epoch: number): void;
}

/**
 * What relays have to agree on: which of them holds a runner, which tickets were used, what was revoked, what
 * was posted. One relay keeps it in memory, several keep it in Redis. Each method throws `RegistryAway` where it
 * cannot be asked.
 */
export interface Registry {
	/** Whether it can be asked now. */
	readonly isReady: boolean;
	listen(listener: RegistryListener): void;
	/** Takes a ticket. Of two relays that are shown the same one, one gets `good`. */
	admit(claims: TicketClaims): Promise<Admission>;
	/** This relay holds the runner from now on. @returns an epoch above all that were given for it */
	claim(runnerId: string): Promise<number>;
	/** This relay's socket of that epoch is gone. A newer claim, of whichever relay, stays. */
	release(runnerId: string, epoch: number): Promise<void>;
	/** Which other living relay holds that runner. */
	locate(runnerId: string): Promise<Elsewhere | undefined>;
	/** Tells every relay, this one included, and remembers revocations for as long as older tickets live. */
	publish(events: readonly RelayEvent[]): Promise<void>;
	/** Whether something that one of the relays has to do is this one's to do now. */
	takeTurn(task: string, forMs: number): Promise<boolean>;
	/** From now on nobody is sent here. */
	withdraw(): Promise<void>;
	close(): Promise<void>;
}

/** How long the id of a ticket has to be remembered: until nobody can use it any more. */
export const REMEMBER_MS = 1000 * (WIRE.ticketSeconds + 2 * WIRE.clockSkewSeconds);

/** The registry of one relay that has no other beside it. */
export class MemoryRegistry implements Registry {
	readonly isReady = true;
	#listener: RegistryListener | undefined;
	/** When each may be forgotten, the oldest first. */
	readonly #used = new Map<string, number>();
	#revocations: Revocation[] = [];
	#epoch = 0;

	listen(listener: RegistryListener): void {
		this.#listener = listener;
	}

	async admit(claims: TicketClaims): Promise<Admission> {
		this.#forget();
		if (this.#used.has(claims.jti)) return 'used';
		this.#used.set(claims.jti, Date.now() + REMEMBER_MS);
		return this.#revocations.some((one) => concerns(one, claims)) ? 'revoked' : 'good';
	}

	/** Time is part of it, so that an epoch of this life is above those of the lives before. */
	async claim(): Promise<number> {
		this.#epoch = Math.max(this.#epoch + 1, Date.now());
		return this.#epoch;
	}

	async release(): Promise<void> {}

	async locate(): Promise<undefined> {}

	async publish(events: readonly RelayEvent[]): Promise<void> {
		for (const event of events) if (event.type === 'revoked') this.#revocations.push(event);
		this.#listener?.onEvents(events);
	}

	async takeTurn(_task: string, _forMs: number): Promise<boolean> {
		return true;
	}

	async withdraw(): Promise<void> {}

	async close(): Promise<void> {}

	#forget(): void {
		const now = Date.now();
		for (const [jti, until] of this.#used) {
			if (until > now) break;
			this.#used.delete(jti);
		}
		this.#revocations = this.#revocations.filter(({ atMs }) => atMs + REMEMBER_MS > now);
	}
}
