/*
 * Durations in classes, each half as wide again (√2) as the one before. Classes can be added up over processes
 * and hours, which percentiles cannot; a percentile that is read from them is at most a fifth off.
 */

/** The end of the first class. */
const FIRST_MS = 0.5;

/** How many classes there are; the last has no end, and begins at 16 seconds. */
export const CLASSES = 32;

/** Where a class ends. */
const endOf = (place: number): number => FIRST_MS * 2 ** (place / 2);

/** In which class a duration is. */
export function classOf(ms: number): number {
	if (ms <= FIRST_MS) return 0;
	// A duration that is the end of a class belongs to it, whatever the logarithm makes of it.
	const place = Math.ceil(2 * Math.log2(ms / FIRST_MS) - 1e-9);
	return Math.min(place, CLASSES - 1);
}

/**
 * The duration below which a share of all are, read from their classes.
 *
 * @param share 0.95 for the 95th percentile
 * @param slowestMs the longest of all, which no percentile exceeds
 * @returns milliseconds; 0 where there are none
 */
export function percentile(classes: readonly number[], share: number, slowestMs: number): number {
	const wanted = classes.reduce((sum, one) => sum + one, 0) * share;
	let before = 0;
	for (const [place, inside] of classes.entries()) {
		if (inside > 0 && before + inside >= wanted) {
			const begin = place === 0 ? 0 : endOf(place - 1);
			const end = Math.min(place === CLASSES - 1 ? slowestMs : endOf(place), slowestMs);
			return Math.min(begin + Math.max(0, end - begin) * ((wanted - before) / inside), slowestMs);
		}
		before += inside;
	}
	return 0;
}
