import type { AppAbsence } from '#protocol/events';

/** So many ticks in a row without an answer: two minutes, at one every 30 seconds. */
export const LEAST_MISSES = 4;

/**
 * Notices from when until when the app did not answer. What stops the app altogether cannot be noticed by the app, and
 * this relay has no place to write it down: it is told when the app is back.
 */
export class Absence {
	#fromMs = 0;
	#misses = 0;

	/** The app was asked and did not answer. @param atMs when it was asked */
	missed(atMs: number): void {
		if (this.#misses++ === 0) this.#fromMs = atMs;
	}

	/** The app has answered. @returns how long it had been away, where that is worth telling */
	answered(atMs: number): AppAbsence | undefined {
		const wasAway = this.#misses >= LEAST_MISSES;
		this.#misses = 0;
		return wasAway ? { fromMs: this.#fromMs, untilMs: atMs } : undefined;
	}

	/** Nobody knows: another relay has asked, or nobody could. What was counted before is no row any more. */
	unknown(): void {
		this.#misses = 0;
	}
}
