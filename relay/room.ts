import { HEADER_BYTES, VIEWER_CHANNEL } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import type { PresenceChange } from '#protocol/events';
import type { TicketClaims } from '#protocol/tickets';
import type { RelayLimits } from './limits.ts';
import type { Peer } from './peer.ts';
import { Turns } from './turns.ts';

/** What a viewer's ticket says. */
export type ViewerClaims = Extract<TicketClaims, { role: 'writer' | 'viewer' }>;
/** What a runner's ticket says. */
export type RunnerClaims = Extract<TicketClaims, { role: 'runner-control' }>;

/** Somebody who looks at a terminal, or asks its runner something. */
interface Viewer {
	peer: Peer;
	claims: ViewerClaims;
	/** On the runner's socket; 0 while there is no runner. */
	channel: number;
}

/** The runner, while it is connected. */
interface Runner {
	peer: Peer;
	claims: RunnerClaims;
	/** Grows with every socket of this runner, at whichever relay. */
	epoch: number;
	sinceMs: number;
	turns: Turns;
	channels: Map<number, Viewer>;
	nextChannel: number;
}

/** As much as may wait for a viewer that does not read: what its runner may send, and a little more. */
const BACKLOG_BYTES = WIRE.windowMaxBytes + WIRE.backlogSlackBytes;

/**
 * Where one runner and its viewers meet. Frames go from one to the other as they are, with the channel written
 * anew; nothing of them is kept. Viewers may come first and wait.
 */
export class Room {
	readonly #limits: RelayLimits;
	readonly #viewers = new Map<Peer, Viewer>();
	#runner: Runner | undefined;

	constructor(limits: RelayLimits) {
		this.#limits = limits;
	}

	get isEmpty(): boolean {
		return this.#runner === undefined && this.#viewers.size === 0;
	}

	get epoch(): number | undefined {
		return this.#runner?.epoch;
	}

	get isOnline(): boolean {
		return this.#runner !== undefined;
	}

	/** Input that waits for its turn. */
	get waitingBytes(): number {
		return this.#runner?.turns.waitingBytes ?? 0;
	}

	/** That the runner is here, for whoever asks again. */
	get presence(): PresenceChange | undefined {
		if (!this.#runner) return undefined;
		const { peer, claims, epoch, sinceMs } = this.#runner;
		const { runnerId, sub: personId } = claims;
		return { runnerId, personId, connectionId: peer.id, epoch, online: true, atMs: sinceMs };
	}

	/** Everybody in here, the runner first. */
	get peers(): Peer[] {
		return [...(this.#runner ? [this.#runner.peer] : []), ...this.#viewers.keys()];
	}

	/**
	 * The runner has come. The newer socket wins: the older one is closed.
	 *
	 * @returns false where a newer one is here already: then this one is closed
	 */
	enter(peer: Peer, claims: RunnerClaims, epoch: number): boolean {
		if (this.#runner && this.#runner.epoch > epoch) {
			peer.close('replaced');
			return false;
		}
		this.#dismiss(this.#runner, false);
		const turns = new Turns(peer, this.#limits.runnerBacklogBytes, (channel) =>
			runner.channels.get(channel)?.peer.resume()
		);
		const runner: Runner = {
			...{ peer, claims, epoch, turns },
			...{ sinceMs: Date.now(), channels: new Map(), nextChannel: 1 }
		};
		peer.onDrain(() => turns.advance());
		this.#runner = runner;
		for (const viewer of this.#viewers.values()) {
			if (this.#join(runner, viewer)) viewer.peer.say({ type: 'runner', online: true });
		}
		return true;
	}

	/** A viewer has come. It is told whether its runner is there by its `ready`, which goes first. */
	look(peer: Peer, claims: ViewerClaims): void {
		const viewer: Viewer = { peer, claims, channel: 0 };
		this.#viewers.set(peer, viewer);
		if (this.#runner) this.#join(this.#runner, viewer);
	}

	/** Somebody is gone. @returns whether it was the runner, and no newer socket of it is here */
	leave(peer: Peer): boolean {
		const runner = this.#runner;
		if (runner?.peer === peer) {
			this.#runner = undefined;
			this.#dismiss(runner, true);
			return true;
		}
		const viewer = this.#viewers.get(peer);
		if (!viewer) return false;
		this.#viewers.delete(peer);
		if (runner && runner.channels.delete(viewer.channel)) {
			runner.turns.drop(viewer.channel);
			runner.peer.say({ type: 'leave', channel: viewer.channel });
		}
		return false;
	}

	/** Carries a viewer's frame to the runner. What comes while there is no runner has nowhere to go. */
	toRunner(peer: Peer, frame: Buffer): void {
		if (frame.readUInt32BE(1) !== VIEWER_CHANNEL) return peer.close('frame-broken');
		const viewer = this.#viewers.get(peer);
		if (!this.#runner || !viewer || viewer.channel === 0) return;
		frame.writeUInt32BE(viewer.channel, 1);
		if (this.#runner.turns.push(viewer.channel, frame)) peer.pause();
	}

	/** Carries a runner's frame to its viewer. What is for somebody who has just left goes nowhere. */
	toViewer(peer: Peer, frame: Buffer): void {
		if (this.#runner?.peer !== peer) return;
		const viewer = this.#runner.channels.get(frame.readUInt32BE(1));
		if (!viewer) return;
		if (viewer.peer.backlogBytes + frame.length > BACKLOG_BYTES) {
			return viewer.peer.close('too-far-behind');
		}
		frame.writeUInt32BE(VIEWER_CHANNEL, 1);
		viewer.peer.send(frame);
	}

	/** The runner lets a viewer go. */
	drop(peer: Peer, channel: number): void {
		if (this.#runner?.peer === peer) this.#runner.channels.get(channel)?.peer.close('let-go');
	}

	/** Another relay has a newer socket of this runner: whoever is here is led there. */
	moveAway(epoch: number): void {
		if (this.#runner && this.#runner.epoch >= epoch) return;
		this.#runner?.peer.close('replaced');
		this.#runner = undefined;
		for (const viewer of this.#viewers.keys()) viewer.close('moved');
	}

	/** Puts a viewer on a channel of the runner, if both belong to the same person. */
	#join(runner: Runner, viewer: Viewer): boolean {
		if (viewer.claims.ownerId !== runner.claims.sub) {
			viewer.peer.close('not-yours');
			return false;
		}
		if (runner.channels.size >= WIRE.channelsPerRunner) {
			viewer.peer.close('too-many-sockets');
			return false;
		}
		viewer.channel = runner.nextChannel++;
		runner.channels.set(viewer.channel, viewer);
		const { role, sessionId } = viewer.claims;
		runner.peer.say({ type: 'join', channel: viewer.channel, role, sessionId });
		return true;
	}

	/** A runner's socket is over: its viewers wait for the next. */
	#dismiss(runner: Runner | undefined, isGone: boolean): void {
		if (!runner) return;
		for (const viewer of runner.channels.values()) {
			viewer.channel = 0;
			viewer.peer.resume();
			viewer.peer.say({ type: 'runner', online: false });
		}
		if (!isGone) runner.peer.close('replaced');
	}
}

/** Whether a message is long enough to be a frame, and not too long. */
export const isFrame = (message: Buffer): boolean =>
	message.length >= HEADER_BYTES && message.length <= WIRE.frameBytes;
