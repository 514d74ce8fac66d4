/**
 * Durations are counted by how long they were at most, in milliseconds; the last place counts what took longer than
 * all. Rows hold the counts by place, so a bound may never be changed, and a new one is a migration.
 */
export const DURATION_BOUNDS_MS = [
	0.25, 0.5, 1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 2_000, 3_000, 5_000,
	10_000, 30_000
] as const;

/** Counts by bound, and one more for what took longer. */
export const noDurations = (): number[] => new Array(DURATION_BOUNDS_MS.length + 1).fill(0);

/** The place at which a duration is counted. */
export function placeOf(ms: number): number {
	const place = DURATION_BOUNDS_MS.findIndex((bound) => ms <= bound);
	return place < 0 ? DURATION_BOUNDS_MS.length : place;
}

/**
 * How long this share of all took at most, as near as the bounds allow; nothing where nothing was counted.
 *
 * @param share from 0 to 1: 0.95 for the 95th percentile
 * @param slowestMs the longest of all, where it is known: no quantile exceeds it
 */
export function quantileMs(
	durations: readonly number[],
	share: number,
	slowestMs = Infinity
): number | null {
	const all = durations.reduce((sum, one) => sum + one, 0);
	if (all === 0) return null;
	let left = all * share;
	for (const [place, counted] of durations.entries()) {
		const upper = DURATION_BOUNDS_MS[place];
		// Of what took longer than every bound it is only known that it did, and how long the longest took.
		if (upper === undefined) break;
		if (counted > 0 && left <= counted) {
			const lower = DURATION_BOUNDS_MS[place - 1] ?? 0;
			const end = Math.max(lower, Math.min(upper, slowestMs));
			return Math.min(lower + (end - lower) * (left / counted), slowestMs);
		}
		left -= counted;
	}
	return slowestMs < Infinity ? slowestMs : (DURATION_BOUNDS_MS.at(-1) ?? null);
}

/** The places at which what took at most this long is counted. It must be one of the bounds. */
export function placesWithin(boundMs: number): number[] {
	const last = DURATION_BOUNDS_MS.findIndex((bound) => bound === boundMs);
	if (last < 0) throw new RangeError(`${boundMs} ms is none of the bounds.`);
	return Array.from({ length: last + 1 }, (_, place) => place);
}
