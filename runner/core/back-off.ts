import { RUNNER_LIMITS } from './limits.ts';

/** Waits between attempts: a random part of a bound that doubles (full jitter), so that many do not come at once. */
export class BackOff {
	readonly #firstMs: number;
	readonly #maxMs: number;
	readonly #least: number;
	#attempt = 0;

	/** @param least the part of the bound that is waited in any case: 0 to 1 */
	constructor(
		firstMs: number = RUNNER_LIMITS.backOffMs,
		maxMs: number = RUNNER_LIMITS.backOffMaxMs,
		least = 0
	) {
		this.#firstMs = firstMs;
		this.#maxMs = maxMs;
		this.#least = least;
	}

	/** Milliseconds to wait before the next attempt. */
	next(): number {
		const bound = Math.min(this.#maxMs, this.#firstMs * 2 ** this.#attempt);
		this.#attempt += 1;
		return bound * (this.#least + Math.random() * (1 - this.#least));
	}

	/** What was tried has held for a while. */
	reset(): void {
		this.#attempt = 0;
	}
}
