import { describe, expect, test } from 'vitest';
import { DURATION_BOUNDS_MS, noDurations, placeOf, placesWithin, quantileMs } from './durations';

/** Counts of these durations. */
function counted(...ms: number[]): number[] {
	const durations = noDurations();
	for (const one of ms) durations[placeOf(one)] = (durations[placeOf(one)] ?? 0) + 1;
	return durations;
}

test('a duration is counted under the first bound that it does not exceed', () => {
	expect(DURATION_BOUNDS_MS[placeOf(300)]).toBe(300);
	expect(DURATION_BOUNDS_MS[placeOf(300.1)]).toBe(500);
	expect(placeOf(1e9)).toBe(DURATION_BOUNDS_MS.length);
});

describe('quantileMs', () => {
	test('is nothing where nothing was counted', () => {
		expect(quantileMs(noDurations(), 0.5)).toBeNull();
	});

	test('lies within the bounds of what it is a quantile of', () => {
		const ms = Array.from({ length: 1_000 }, (_, n) => n + 1);
		const durations = counted(...ms);

		for (const share of [0.01, 0.5, 0.95, 0.99, 1]) {
			const exact = share * 1_000;
			const found = quantileMs(durations, share) ?? 0;
			expect(placeOf(found), `${share}`).toBe(placeOf(exact));
		}
	});

	test('of two minutes together is that of their sum', () => {
		const [one, other] = [counted(3, 3, 3), counted(900)];
		const sum = one.map((value, place) => value + (other[place] ?? 0));

		expect(quantileMs(sum, 0.75)).toBe(5);
		expect(quantileMs(sum, 0.99)).toBeGreaterThan(750);
	});

	test('is never longer than the longest, where that is known', () => {
		expect(quantileMs(counted(40_000), 0.99, 40_000)).toBe(40_000);
		expect(quantileMs(counted(1.1), 1, 1.1)).toBe(1.1);
		expect(quantileMs(counted(12, 12, 900), 0.99, 900)).toBeLessThanOrEqual(900);
	});

	test('of what took longer than every bound is the last bound', () => {
		expect(quantileMs(counted(1e6), 0.5)).toBe(DURATION_BOUNDS_MS.at(-1));
	});
});

describe('placesWithin', () => {
	test('are those of what took at most a bound', () => {
		const within = placesWithin(300).map((place) => counted(1, 300, 301, 5_000)[place] ?? 0);
		expect(within.reduce((sum, one) => sum + one, 0)).toBe(2);
	});

	test('refuses what is no bound, because it could not know', () => {
		expect(() => placesWithin(250)).toThrow(RangeError);
	});
});
