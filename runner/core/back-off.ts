import { RUNNER_LIMITS } from './limits.ts';

/** Waits between attempts: a random part of a bound that doubles (full jitter), so that many do not come at once. */
export class BackOff {
	#attempt = 0;

	/** Milliseconds to wait before the next attempt. */
	next(): number {
		const bound = Math.min(
			RUNNER_LIMITS.backOffMaxMs,
			RUNNER_LIMITS.backOffMs * 2 ** this.#attempt
		);
		this.#attempt += 1;
		return Math.random() * bound;
	}

	/** What was tried has held for a while. */
	reset(): void {
		this.#attempt = 0;
	}
}
