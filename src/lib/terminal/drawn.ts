import { WIRE } from '#protocol/limits';

/**
 * How far a terminal has been drawn, and what of it the computer has been told: often enough that output never
 * waits for it, and no more often.
 */
export class Drawn {
	#offset = 0;
	#told = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;
	readonly #tell: (offset: number) => void;

	constructor(tell: (offset: number) => void) {
		this.#tell = tell;
	}

	/** Up to where everything is drawn. */
	get offset(): number {
		return this.#offset;
	}

	/** A line begins: the computer goes on from here, and knows that everything before it is drawn. */
	begin(offset: number): void {
		this.stop();
		this.#offset = offset;
		this.#told = offset;
	}

	/** It is drawn up to there. */
	reach(offset: number): void {
		this.#offset = Math.max(this.#offset, offset);
		if (this.#offset - this.#told >= WIRE.ackBytes) this.tellNow();
		else this.#timer ??= setTimeout(() => this.tellNow(), WIRE.ackMs);
	}

	/** Tells it, also what was told before: what waits for it may have been lost. */
	tellNow(): void {
		this.stop();
		this.#told = this.#offset;
		this.#tell(this.#offset);
	}

	/** Tells nothing until more is drawn. */
	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}
}
