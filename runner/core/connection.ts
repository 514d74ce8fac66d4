import type { Bytes } from '#protocol/bytes';
import { followMove } from '#protocol/moves';
import type { RunnerTicket } from '#protocol/pairing';
import { ApiProblem, saysUnpaired } from './api.ts';
import { BackOff } from './back-off.ts';
import type { RelayDoubt, RunnerEvent, StopReason } from './events.ts';
import { RUNNER_LIMITS } from './limits.ts';
import { RelaySocket, type Closed, type SocketListener } from './relay-socket.ts';

/** What a connection needs. */
export interface ConnectionOptions extends Omit<SocketListener, 'onReady' | 'onClose'> {
	runnerId: string;
	/** Asked for anew with each attempt. @throws ApiProblem */
	ticket: () => Promise<RunnerTicket>;
	/** Whether this runner is too old for the app. */
	isOutdated: (minimumVersion: string) => boolean;
	onEvent: (event: RunnerEvent) => void;
	/** The socket is over: every viewer on it is gone. */
	onLost: () => void;
}

/** Keeps a runner connected, until there is a reason to stop. */
export class Connection {
	readonly #options: ConnectionOptions;
	readonly #backOff = new BackOff();
	/** Half of each wait in any case: of two with one key neither is there for a moment only. */
	readonly #doubting = new BackOff(RUNNER_LIMITS.doubtMs, RUNNER_LIMITS.doubtMaxMs, 0.5);
	readonly #stopping = new AbortController();
	#socket: RelaySocket | undefined;
	#endWait: () => void = () => {};

	constructor(options: ConnectionOptions) {
		this.#options = options;
	}

	get isFree(): boolean {
		return this.#socket?.isFree ?? false;
	}

	send(message: Bytes): void {
		this.#socket?.send(message);
	}

	drop(channel: number): void {
		this.#socket?.drop(channel);
	}

	/** Connects, and connects again, until it is stopped or has to stop. */
	async run(): Promise<StopReason> {
		for (;;) {
			if (this.#stopping.signal.aborted) return 'stopped';
			this.#options.onEvent({ type: 'connecting' });
			const tried = await this.#attempt();
			if (this.#stopping.signal.aborted) return 'stopped';
			if (tried.stop) return tried.stop;
			const { reason, doubts } = tried;
			const ms = Math.round((doubts ? this.#doubting : this.#backOff).next());
			this.#options.onEvent({ type: 'waiting', ms, reason, doubts });
			await this.#wait(ms);
		}
	}

	stop(): void {
		this.#stopping.abort();
		this.#socket?.close();
	}

	/** Cuts the line and connects anew, as after a sleep. Whoever waits waits no longer. */
	cut(): void {
		this.#socket?.cut();
		this.#endWait();
	}

	async #attempt(): Promise<{ stop?: StopReason; reason: string; doubts?: RelayDoubt }> {
		try {
			const ticket = await this.#options.ticket();
			// Stopped while it was asked for: nobody would close what is opened now.
			if (this.#stopping.signal.aborted) return { reason: '' };
			if (this.#options.isOutdated(ticket.minimumVersion)) return { stop: 'outdated', reason: '' };
			const { reason } = await this.#live(ticket);
			// A relay switches no computer off. That it is revoked, or too old, the app says with the next ticket.
			const doubts = reason === 'replaced' || reason === 'version-unknown' ? reason : undefined;
			return { reason: reason ?? 'connection-lost', doubts };
		} catch (cause) {
			if (!(cause instanceof ApiProblem)) throw cause;
			const stop = saysUnpaired(cause) ? 'unpaired' : undefined;
			return { stop, reason: cause.message };
		}
	}

	/** Connects with a ticket, follows where relays send, and is done when the socket is over. */
	async #live({ ticket, relayUrl }: RunnerTicket): Promise<Closed> {
		let url = relayUrl;
		for (let before = 0; ; before++) {
			const closed = await this.#socketLife(url, ticket);
			const { movedTo } = closed;
			const next = movedTo && followMove({ named: relayUrl, to: movedTo, before });
			if (!next) return closed;
			url = next;
		}
	}

	#socketLife(relayUrl: string, ticket: string): Promise<Closed> {
		const { runnerId, onEvent, onLost, onFrame, onDrain, onMessage } = this.#options;
		let readyAt: number | undefined;
		let isLeaving = false;
		return new Promise((resolve) => {
			const socket = new RelaySocket(
				{ relayUrl, runnerId, ticket },
				{
					...{ onFrame, onDrain },
					onMessage: (message) => {
						if (message.type === 'goaway' && !isLeaving) {
							isLeaving = true;
							this.#leaveWithin(message.withinMs, socket);
						}
						onMessage(message);
					},
					onReady: () => {
						readyAt = performance.now();
						onEvent({ type: 'online', relayUrl });
					},
					onClose: (closed) => {
						this.#socket = undefined;
						const onlineMs = performance.now() - (readyAt ?? Infinity);
						if (onlineMs > RUNNER_LIMITS.steadyMs) this.#backOff.reset();
						if (onlineMs > RUNNER_LIMITS.doubtMaxMs) this.#doubting.reset();
						onLost();
						resolve(closed);
					}
				}
			);
			this.#socket = socket;
		});
	}

	/** The relay stops: at a moment of one's own, so that not everybody comes to the next one at once. */
	#leaveWithin(withinMs: number, socket: RelaySocket): void {
		setTimeout(() => socket.close(), Math.random() * withinMs).unref();
	}

	#wait(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const { signal } = this.#stopping;
			const over = () => {
				clearTimeout(timer);
				signal.removeEventListener('abort', over);
				resolve();
			};
			const timer = setTimeout(over, ms);
			signal.addEventListener('abort', over);
			this.#endWait = over;
		});
	}
}
