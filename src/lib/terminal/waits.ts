const FIRST_MS = 250;
const LONGEST_MS = 5_000;

/** Waits between attempts: a random part of a bound that doubles (full jitter), so that many do not come at once. */
export class Waits {
	#attempt = 0;

	/** Attempts that have failed since it last went well. */
	get attempts(): number {
		return this.#attempt;
	}

	/** Milliseconds to wait before the next attempt. */
	next(random: () => number = Math.random): number {
		const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#attempt);
		this.#attempt += 1;
		return random() * bound;
	}

	/** What was tried has held for a while. */
	reset(): void {
		this.#attempt = 0;
	}
}
