import { on } from 'svelte/events';
import type { Bytes } from '#protocol/bytes';
import type { CloseReason } from '#protocol/closing';
import type { Frame } from '#protocol/frames';
import { followMove } from '#protocol/moves';
import { callFailure, type CallFailure } from '$lib/errors';
import { RelaySocket, type Closed, type SocketTarget } from './relay-socket';
import { Waits } from './waits';

/** After so long the next wait is the first again. */
const STEADY_MS = 10_000;
/** What may have slept or changed its network is asked for a sign of life. */
const PROBE_MS = 2_000;
/** So many attempts in a row that reached no relay: then it counts as away. */
const AWAY_ATTEMPTS = 2;

/** How the line to the relay stands. */
export type LineState =
	| { is: 'connecting' }
	/** The relay has taken the ticket. */
	| { is: 'open'; runnerOnline: boolean }
	/** Tries again at that time, by `Date.now()`. `lacks` says what did not answer, and `why` what the app said of it. */
	| { is: 'waiting'; atMs: number; lacks?: 'app' | 'relay'; why?: string }
	/** Waits for a person: `retry` goes on. */
	| { is: 'asking' }
	/** Tries no more by itself. */
	| { is: 'stopped'; reason?: CloseReason; failure?: CallFailure };

/** What a line needs. */
export interface LineOptions {
	/** A new ticket for each attempt; nothing where a person is asked first. Throws what a call to the API throws. */
	access(): Promise<SocketTarget | undefined>;
	onState(state: LineState): void;
	onFrame(frame: Frame): void;
}

/** How a ticket has come to a relay. */
interface Way {
	named: string;
	moves: number;
}

/** Keeps a browser connected to the relay of a runner, until there is a reason to stop. */
export class RelayLine {
	readonly #options: LineOptions;
	readonly #waits = new Waits();
	#socket: RelaySocket | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** Counts attempts: what belongs to an earlier one is of no interest any more. */
	#turn = 0;
	#unreached = 0;
	#readyAt = Infinity;
	#isWaiting = false;
	#stopListening: (() => void) | undefined;

	constructor(options: LineOptions) {
		this.#options = options;
	}

	/** Connects now, whatever it is doing. */
	retry(): void {
		this.#stopListening ??= this.#listen();
		this.#leave();
		void this.#attempt(this.#turn);
	}

	/** The channel on this line is over: a new attach, on a new one. */
	again(): void {
		this.#leave();
		this.#wait();
	}

	/** Ends it; `retry` begins anew. */
	close(): void {
		this.#stopListening?.();
		this.#stopListening = undefined;
		this.#leave();
	}

	send(message: Bytes): void {
		this.#socket?.send(message);
	}

	async #attempt(turn: number): Promise<void> {
		this.#options.onState({ is: 'connecting' });
		try {
			const target = await this.#options.access();
			if (turn !== this.#turn) return;
			if (target) this.#connect(target);
			else this.#options.onState({ is: 'asking' });
		} catch (cause) {
			if (turn !== this.#turn) return;
			const failure = callFailure(cause);
			// A Coda without a relay has none in a moment either.
			const passes = failure.retryable && failure.reason !== 'devMode.noRelay';
			if (passes) this.#wait('app', failure.code && failure.message);
			else this.#options.onState({ is: 'stopped', failure });
		}
	}

	/** @param way the relay that the app has named, and how often relays have sent elsewhere since */
	#connect(target: SocketTarget, way: Way = { named: target.relayUrl, moves: 0 }): void {
		let isLeaving = false;
		this.#socket = new RelaySocket(target, {
			onReady: (runnerOnline) => {
				this.#readyAt = performance.now();
				this.#unreached = 0;
				this.#options.onState({ is: 'open', runnerOnline });
			},
			onRunner: (runnerOnline) => this.#options.onState({ is: 'open', runnerOnline }),
			onFrame: this.#options.onFrame,
			onGoaway: (withinMs) => {
				// At a moment of one's own, so that not everybody comes to the next one at once.
				if (!isLeaving) this.#timer = setTimeout(() => this.retry(), Math.random() * withinMs);
				isLeaving = true;
			},
			onClose: (closed) => {
				this.#leave();
				this.#closed(closed, target, way);
			}
		});
	}

	#closed({ next, reason, movedTo, wasReady }: Closed, target: SocketTarget, way: Way): void {
		const { named, moves } = way;
		const to = movedTo && !wasReady && followMove({ named, to: movedTo, before: moves });
		if (to) return this.#connect({ ...target, relayUrl: to }, { named, moves: moves + 1 });
		if (next === 'stop') return this.#options.onState({ is: 'stopped', reason });
		if (!wasReady) this.#unreached += 1;
		this.#wait(this.#unreached >= AWAY_ATTEMPTS ? 'relay' : undefined);
	}

	#wait(lacks?: 'app' | 'relay', why?: string): void {
		const ms = this.#waits.next();
		this.#isWaiting = true;
		this.#timer = setTimeout(() => this.retry(), ms);
		this.#options.onState({ is: 'waiting', atMs: Date.now() + ms, lacks, why });
	}

	/** Forgets what there was of a line. */
	#leave(): void {
		if (performance.now() - this.#readyAt > STEADY_MS) this.#waits.reset();
		this.#readyAt = Infinity;
		this.#turn += 1;
		clearTimeout(this.#timer);
		this.#isWaiting = false;
		this.#socket?.close();
		this.#socket = undefined;
	}

	/** A network that is there again, or somebody who comes back to the page: no reason to wait any longer. */
	#listen(): () => void {
		const look = () => {
			if (this.#isWaiting) this.retry();
			else this.#socket?.probe(PROBE_MS);
		};
		const stops = [
			on(window, 'online', look),
			on(document, 'visibilitychange', () => document.visibilityState === 'visible' && look())
		];
		return () => stops.forEach((stop) => stop());
	}
}
