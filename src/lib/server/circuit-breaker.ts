/** One failure may be a moment; this many in a row mean that it is broken. */
const FAILURES = 3;

/** How long a broken dependency is left alone, after each try that failed. */
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/** `closed` lets calls through, `open` none, `half-open` the one that finds out. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** The dependency failed a moment ago and was not asked again. */
export class CircuitOpenError extends Error {
	constructor() {
		super('It failed a moment ago and is left alone for now.');
		this.name = 'CircuitOpenError';
	}
}

/**
 * Keeps callers from waiting for something that is broken: after a few failures in a row it is left alone
 * for a while, then one call tries it while the others still go without, and only its success lets
 * everyone in again. Each failure of such a try doubles the while, up to half a minute.
 */
export class CircuitBreaker {
	/** In a row. */
	#failures = 0;
	/** By the clock that nobody sets: it neither jumps nor goes back. */
	#retryAt = 0;
	#trying = false;
	#lastError: string | null = null;

	get state(): BreakerState {
		if (this.#failures < FAILURES) return 'closed';
		return this.#trying || performance.now() >= this.#retryAt ? 'half-open' : 'open';
	}

	/** The class of the last failure, such as `TimeoutError`, until a call succeeds. */
	get lastError(): string | null {
		return this.#lastError;
	}

	/**
	 * Runs `work` unless the dependency is being left alone.
	 *
	 * @throws CircuitOpenError, or what `work` threw
	 */
	async run<T>(work: () => Promise<T>): Promise<T> {
		const isTry = this.#failures >= FAILURES;
		if (isTry && (this.#trying || performance.now() < this.#retryAt)) throw new CircuitOpenError();
		this.#trying = isTry;
		try {
			const result = await work();
			if (isTry || this.#failures < FAILURES) this.#close();
			return result;
		} catch (error) {
			// Calls that were under way together fail together: those after the last straw count no more.
			if (isTry || this.#failures < FAILURES) this.#fail(error);
			throw error;
		}
	}

	#close() {
		this.#failures = 0;
		this.#trying = false;
		this.#lastError = null;
	}

	#fail(error: unknown) {
		this.#failures += 1;
		this.#trying = false;
		this.#lastError = error instanceof Error ? error.name : typeof error;
		const tries = Math.max(0, this.#failures - FAILURES);
		const wait = BACK_OFF_MS[Math.min(tries, BACK_OFF_MS.length - 1)] ?? 0;
		this.#retryAt = performance.now() + wait;
	}
}
