import type { ChannelFrame } from '#protocol/channel-frames';
import { SNAPSHOT_DEFLATED, SNAPSHOT_LAST } from '#protocol/channel-frames';
import { FRAME } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import { OPEN_ID, type Answers, type Close } from '#protocol/terminal';
import type { Answerer } from './answering.ts';
import { RUNNER_LIMITS } from './limits.ts';
import type { Snapshot } from './screen.ts';
import type { Session } from './session.ts';
import type { Taker } from './turns.ts';

/** Where a viewer's frames go. */
export interface ViewerLine {
	/** Seals and sends; the order of calls is the order of frames. */
	send(frame: ChannelFrame): Promise<void>;
	/** Asks for a turn to send output. */
	wake(viewer: Viewer): void;
	/** Says why, and closes. */
	close(close: Close): void;
	/** Lets the viewer go because of a mistake in the runner, and tells of it. */
	fail(cause: unknown): void;
}

/** Who looks, and how much it may be sent. */
export interface Looking {
	clientId: string;
	windowBytes: number;
	/** Whether it may type; else it only looks. */
	mayType: boolean;
	/** Up to where it has everything. */
	offset: number;
}

/** One who looks at a terminal: how far it is, and how much more it may be sent. */
export class Viewer implements Taker, Answerer {
	readonly clientId: string;
	readonly windowBytes: number;
	readonly mayType: boolean;
	readonly #session: Session;
	readonly #line: ViewerLine;
	#sent: number;
	#acknowledged: number;
	/** A snapshot is on its way: nothing follows it before it is acknowledged. */
	#awaits: number | undefined;
	#isGone = false;
	/** The last input that the program has been given, and its viewer has not been told of. */
	#given = 0;
	#telling: NodeJS.Timeout | undefined;

	constructor(session: Session, line: ViewerLine, looking: Looking) {
		const { clientId, windowBytes, mayType, offset } = looking;
		this.#session = session;
		this.#line = line;
		this.clientId = clientId;
		this.windowBytes = windowBytes;
		this.mayType = mayType;
		this.#sent = offset;
		this.#acknowledged = offset;
	}

	/** Up to where it has drawn. */
	get acknowledged(): number {
		return this.#acknowledged;
	}

	/** Whether it owes an acknowledgement. */
	get owes(): boolean {
		return this.#awaits !== undefined || this.#sent > this.#acknowledged;
	}

	/** @returns false for what was never sent */
	acknowledge(offset: number): boolean {
		if (offset > this.#sent) return false;
		if (this.#awaits !== undefined && offset >= this.#awaits) this.#awaits = undefined;
		this.#acknowledged = Math.max(this.#acknowledged, offset);
		return true;
	}

	wake(): void {
		if (!this.#isGone) this.#line.wake(this);
	}

	say(frame: ChannelFrame): void {
		if (!this.#isGone) void this.#line.send(frame);
	}

	answer(answers: Answers): void {
		this.say({ type: FRAME.RESPONSE, response: { id: OPEN_ID, ok: true, answers } });
	}

	/** Tells in a moment that the program has been given input: after its echo, which somebody waits for. */
	tellGiven(sequence: number): void {
		this.#given = Math.max(this.#given, sequence);
		this.#telling ??= setTimeout(() => {
			this.#telling = undefined;
			this.say({ type: FRAME.INPUT_ACK, sequence: this.#given });
		}, RUNNER_LIMITS.tellGivenMs);
	}

	close(close: Close): void {
		if (!this.#isGone) this.#line.close(close);
	}

	leave(): void {
		this.#isGone = true;
		clearTimeout(this.#telling);
	}

	fail(cause: unknown): void {
		this.#line.fail(cause);
	}

	async take(): Promise<boolean> {
		const { ring, ended } = this.#session;
		if (this.#isGone || this.#awaits !== undefined) return false;
		if (this.#sent < ring.start) {
			await this.draw(await this.#session.snapshot());
			return false;
		}
		const room = this.windowBytes - (this.#sent - this.#acknowledged);
		const length = Math.min(WIRE.quantumBytes, ring.end - this.#sent, room);
		if (length > 0) {
			const offset = this.#sent;
			const bytes = ring.read(offset, length);
			this.#sent += bytes.length;
			await this.#line.send({ type: FRAME.DATA, offset, bytes });
		}
		if (this.#sent < ring.end) return this.#sent - this.#acknowledged < this.windowBytes;
		if (ended) this.close({ kind: 'ended', exitCode: ended.exitCode, signal: ended.signalName });
		return false;
	}

	/** Sends a whole screen, and goes on from where it stands. */
	async draw({ offset, deflated }: Snapshot): Promise<void> {
		this.#sent = offset;
		this.#acknowledged = offset;
		this.#awaits = offset;
		for (let at = 0; at < deflated.length; at += WIRE.quantumBytes) {
			const bytes = deflated.subarray(at, at + WIRE.quantumBytes);
			const isLast = at + WIRE.quantumBytes >= deflated.length;
			const flags = SNAPSHOT_DEFLATED | (isLast ? SNAPSHOT_LAST : 0);
			if (this.#isGone) return;
			await this.#line.send({ type: FRAME.SNAPSHOT, offset, flags, bytes });
		}
	}
}
