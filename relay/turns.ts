import { WIRE } from '#protocol/limits';

/** Where frames go: a runner's socket. */
interface Line {
	readonly backlogBytes: number;
	send(frame: Uint8Array): void;
}

/** What waits of one channel. */
interface Waiting {
	frames: Uint8Array[];
	bytes: number;
}

/**
 * Takes turns on one line: while it is free, frames go out at once; when it is not, each channel waits in a
 * queue of its own, and has a quantum when its turn comes. A flood of one channel never delays another by more
 * than a quantum for each channel that floods.
 */
export class Turns {
	readonly #line: Line;
	readonly #fullBytes: number;
	/** In the order of their turns. */
	readonly #waiting = new Map<number, Waiting>();
	/** Told when a channel has less waiting than half of what it may have. */
	readonly #onRelief: (channel: number) => void;

	constructor(line: Line, fullBytes: number, onRelief: (channel: number) => void) {
		this.#line = line;
		this.#fullBytes = fullBytes;
		this.#onRelief = onRelief;
	}

	/** Bytes that wait for their turn. */
	get waitingBytes(): number {
		return [...this.#waiting.values()].reduce((sum, { bytes }) => sum + bytes, 0);
	}

	/** @returns whether that channel has more waiting than it may: then nothing more should be taken from it */
	push(channel: number, frame: Uint8Array): boolean {
		if (this.#waiting.size === 0 && this.#line.backlogBytes < this.#fullBytes) {
			this.#line.send(frame);
			return false;
		}
		let own = this.#waiting.get(channel);
		if (!own) this.#waiting.set(channel, (own = { frames: [], bytes: 0 }));
		own.frames.push(frame);
		own.bytes += frame.length;
		return own.bytes > WIRE.inputBacklogBytes;
	}

	/** The line has room again. */
	advance(): void {
		while (this.#waiting.size > 0 && this.#line.backlogBytes < this.#fullBytes) {
			const [next] = this.#waiting;
			if (!next) return;
			const [channel, own] = next;
			this.#waiting.delete(channel);
			const wasFull = own.bytes > WIRE.inputBacklogBytes / 2;
			this.#give(own);
			if (own.frames.length > 0) this.#waiting.set(channel, own);
			if (wasFull && own.bytes <= WIRE.inputBacklogBytes / 2) this.#onRelief(channel);
		}
	}

	/** Forgets what waits of a channel that is gone. */
	drop(channel: number): void {
		this.#waiting.delete(channel);
	}

	/** One turn: a quantum, and at least one frame. */
	#give(own: Waiting): void {
		let given = 0;
		let count = 0;
		for (const frame of own.frames) {
			if (count > 0 && given + frame.length > WIRE.quantumBytes) break;
			this.#line.send(frame);
			given += frame.length;
			count += 1;
		}
		own.frames.splice(0, count);
		own.bytes -= given;
	}
}
