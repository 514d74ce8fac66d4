import { EventEmitter } from 'node:events';
import { importRunnerKey } from '#protocol/identity';
import { WIRE } from '#protocol/limits';
import type { RelayMessage } from '#protocol/messages';
import type { RunnerTicket } from '#protocol/pairing';
import type { RunnerApi } from './api.ts';
import { Channel, refusalFrame, type ChannelHost } from './channel.ts';
import type { Computer } from './computer.ts';
import { Connection } from './connection.ts';
import type { RunnerEvent, StopReason } from './events.ts';
import type { KeptSessions } from './gone-sessions.ts';
import { GrantGate } from './grant-gate.ts';
import { RUNNER_LIMITS } from './limits.ts';
import type { Paired } from './paired.ts';
import { Permission, type AskPerson } from './permission.ts';
import { prove } from './proof.ts';
import { answerRequest } from './requests.ts';
import { Sessions } from './sessions.ts';
import { Turns } from './turns.ts';
import { isOlder, RUNNER_VERSION } from './version.ts';

/** How often silent viewers and idle terminals are looked for. */
const TIDY_MS = 1_000;

/** What a runner is made of. */
export interface RunnerOptions {
	paired: Paired;
	api: RunnerApi;
	computer: Computer;
	/** How long a viewer stays with one grant; shorter in tests. */
	attachMs?: number;
	/** How its person is asked; absent where there is nobody. */
	askPerson?: AskPerson;
	/** What the runner before this one has left, and where this one leaves what the next has to know. */
	keeping?: Keeping;
}

/** What outlives a runner. */
export interface Keeping {
	before: KeptSessions | undefined;
	save(kept: KeptSessions): void;
}

/** The runner of a paired computer: connected to its relay, with its terminals. It tells by events what happens. */
export class Runner extends EventEmitter<{ event: [RunnerEvent] }> {
	readonly sessions: Sessions;
	readonly #options: RunnerOptions;
	readonly #gate: GrantGate;
	readonly #connection: Connection;
	readonly #turns: Turns;
	readonly #channels = new Map<number, Channel>();
	readonly #identity: Promise<CryptoKey>;
	#host: ChannelHost | undefined;

	constructor(options: RunnerOptions) {
		super();
		const { paired, computer, askPerson, keeping } = options;
		this.#options = options;
		this.#gate = new GrantGate(paired.runnerId, paired.grantKeys);
		this.#identity = importRunnerKey(paired.privateKey);
		this.sessions = new Sessions({
			...computer,
			permission: computer.asks ? new Permission(askPerson) : undefined,
			onChange: () => keeping?.save(this.sessions.kept),
			onBug: (cause) =>
				this.#tell({ type: 'problem', message: 'A terminal was not taken up.', cause }),
			onStart: ({ id: sessionId, title, folder }) =>
				this.#tell({ type: 'session-started', sessionId, title, folder }),
			onEnd: ({ id: sessionId, ended }) =>
				this.#tell({
					type: 'session-ended',
					...{ sessionId, exitCode: ended?.exitCode ?? 0, signal: ended?.signalName }
				})
		});
		this.#connection = new Connection({
			runnerId: paired.runnerId,
			ticket: () => this.#ticket(),
			isOutdated: isOlder,
			onEvent: (event) => this.#tell(event),
			onLost: () => this.#leaveAll(),
			onMessage: (message) => this.#said(message),
			onFrame: (frame) => this.#channels.get(frame.channel)?.receive(frame),
			onDrain: () => void this.#turns.advance()
		});
		this.#turns = new Turns(() => this.#connection.isFree);
	}

	/** Connects and works until it is stopped, or must not go on. Then its terminals have ended. */
	async run(): Promise<StopReason> {
		const identity = await this.#identity;
		this.#host = {
			...{ gate: this.#gate, identity, turns: this.#turns },
			send: (message) => this.#connection.send(message),
			drop: (channel) => this.#drop(channel),
			open: (claims, open, waiting) => this.sessions.open(claims, open, waiting),
			answer: (claims, request) => {
				const { folders } = this.#options.computer;
				return answerRequest({ sessions: this.sessions, folders }, claims, request);
			},
			onBug: (cause) => this.#tell({ type: 'problem', message: 'A viewer was let go.', cause })
		};
		const { before } = this.#options.keeping ?? {};
		if (before) await this.sessions.takeUp(before);
		const tidy = setInterval(() => this.#tidy(), TIDY_MS);
		const reason = await this.#connection.run();
		clearInterval(tidy);
		// Whoever is not paired any more leaves nothing behind.
		if (reason === 'unpaired') await this.sessions.forgetAll();
		else await this.sessions.stop();
		this.#tell({ type: 'stopped', reason });
		return reason;
	}

	/** Tells whoever looks, ends the terminals, and lets `run` come to its end. */
	stop(): void {
		for (const session of this.sessions.running) session.closeAll({ kind: 'stopping' });
		this.#connection.stop();
	}

	/** Cuts the line to the relay; it connects anew. */
	reconnect(): void {
		this.#connection.cut();
	}

	async #ticket(): Promise<RunnerTicket> {
		const { paired, api } = this.#options;
		const proof = await prove(api, paired, 'ticket');
		const ticket = await api.ticket({ ...proof, version: RUNNER_VERSION });
		this.#gate.setAppTime(ticket.nowMs);
		return ticket;
	}

	#said(message: RelayMessage): void {
		if (message.type === 'join') this.#join(message.channel);
		if (message.type === 'leave') {
			this.#channels.get(message.channel)?.leave();
			this.#channels.delete(message.channel);
		}
		if (message.type === 'join' || message.type === 'leave') this.#countViewers();
	}

	/** A relay lets in so many and no more; one that does not is not believed. */
	#join(channel: number): void {
		if (!this.#host || this.#channels.has(channel)) return;
		if (this.#channels.size < WIRE.channelsPerRunner) {
			this.#channels.set(channel, new Channel(channel, this.#host));
			return;
		}
		const reason = 'Too many are looking at this computer.';
		this.#connection.send(refusalFrame(channel, { code: 'TOO_MANY_REQUESTS', reason }));
		this.#connection.drop(channel);
	}

	#drop(channel: number): void {
		this.#channels.delete(channel);
		this.#connection.drop(channel);
	}

	#leaveAll(): void {
		for (const channel of this.#channels.values()) channel.leave();
		this.#channels.clear();
		this.#countViewers();
	}

	#countViewers(): void {
		this.#tell({ type: 'viewers-changed', viewers: this.#channels.size });
	}

	#tidy(): void {
		const { attachMs = RUNNER_LIMITS.attachMs } = this.#options;
		this.sessions.tidy();
		for (const channel of this.#channels.values()) {
			const isOver = channel.isSilentFor(WIRE.silentViewerMs) || channel.isOlderThan(attachMs);
			if (isOver) channel.close({ kind: 'let-go' });
		}
	}

	#tell(event: RunnerEvent): void {
		this.emit('event', event);
	}
}
