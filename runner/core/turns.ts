/** Somebody who has something to send on a line that several share. */
export interface Taker {
	/** Sends a quantum at most. @returns whether there is more that may be sent now */
	take(): Promise<boolean>;
	/** It could not be served, by a mistake in the runner. Others get their turns. */
	fail(cause: unknown): void;
}

/**
 * Takes turns on the one socket of a runner. What is sent is made when its turn comes, so nothing queues up:
 * a terminal that floods delays another by one quantum.
 */
export class Turns {
	readonly #isFree: () => boolean;
	/** In the order of their turns. */
	readonly #waiting = new Set<Taker>();
	#isGiving = false;

	constructor(isFree: () => boolean) {
		this.#isFree = isFree;
	}

	add(taker: Taker): void {
		this.#waiting.add(taker);
		void this.advance();
	}

	remove(taker: Taker): void {
		this.#waiting.delete(taker);
	}

	/** Goes on while the line has room; to be called when it has some again. */
	async advance(): Promise<void> {
		if (this.#isGiving) return;
		this.#isGiving = true;
		while (this.#isFree()) {
			const [next] = this.#waiting;
			if (!next) break;
			this.#waiting.delete(next);
			try {
				if (await next.take()) this.#waiting.add(next);
			} catch (cause) {
				next.fail(cause);
			}
		}
		this.#isGiving = false;
	}
}
