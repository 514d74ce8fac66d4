import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import {
	BUCKET_ENDS,
	distributionOf,
	inUnits,
	MEASURES,
	rate,
	VITAL_NAMES,
	type VitalName
} from './vitals';

/** The bucket of a figure, as `width_bucket` has it. */
const bucketOf = (name: VitalName, value: number) =>
	BUCKET_ENDS[name].filter((end) => end < value).length;

const distribution = (name: VitalName, values: number[]) =>
	distributionOf(
		name,
		values.map((value) => ({ bucket: bucketOf(name, value), loads: 1 }))
	);

describe('a figure', () => {
	test.each([
		['lcp', 2_500, 'good'],
		['lcp', 2_501, 'needs improvement'],
		['lcp', 4_000, 'needs improvement'],
		['lcp', 4_001, 'poor'],
		['inp', 200, 'good'],
		['inp', 201, 'needs improvement'],
		['inp', 500, 'needs improvement'],
		['inp', 501, 'poor'],
		['cls', 1_000, 'good'],
		['cls', 1_001, 'needs improvement'],
		['cls', 2_500, 'needs improvement'],
		['cls', 2_501, 'poor'],
		['fcp', 1_800, 'good'],
		['fcp', 3_001, 'poor'],
		['ttfb', 800, 'good'],
		['ttfb', 1_801, 'poor'],
		['tti', 3_500, 'good'],
		['tti', 7_301, 'poor'],
		['tbt', 200, 'good'],
		['tbt', 600, 'needs improvement'],
		['tbt', 601, 'poor']
	] as const)('of %s, %d, is %s', (name, value, rating) => {
		expect(rate(name, value)).toBe(rating);
	});

	test.each([
		['lcp', 1_840, '1.84 s'],
		['inp', 96.4, '96 ms'],
		['cls', 500, '0.05'],
		['cls', 12, '0.001']
	] as const)('of %s, %d, reads %s', (name, value, words) => {
		expect(inUnits(name, value)).toBe(words);
	});
});

describe('buckets', () => {
	test.each(VITAL_NAMES)('of %s grow, and end at both limits', (name) => {
		const ends = BUCKET_ENDS[name];
		const { good, poor } = MEASURES[name];

		expect(ends).toEqual([...new Set(ends)].sort((a, b) => a - b));
		expect(ends).toEqual(expect.arrayContaining([good, poor]));
		expect(ends.length).toBeLessThan(100);
	});

	// Totals of days that are gone are kept by number: another list would give them other figures.
	test('are those that totals were kept by', () => {
		const sums = VITAL_NAMES.map((name) => [
			BUCKET_ENDS[name].length,
			BUCKET_ENDS[name].reduce((sum, end) => sum + end, 0)
		]);

		expect(sums).toEqual(SUMS);
	});
});

/** How many ends there are of each, and their sums. */
const SUMS = [
	[86, 769_336],
	[85, 96_451],
	[92, 482_470],
	[87, 578_275],
	[90, 346_424]
];

describe('three of four loads', () => {
	test('are found to a tenth, whatever the figures', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...VITAL_NAMES),
				fc.array(fc.integer({ min: 60, max: 8_000 }), { minLength: 1, maxLength: 200 }),
				(name, values) => {
					const exact = values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.75) - 1] ?? 0;
					const found = distribution(name, values);

					expect(found?.loads).toBe(values.length);
					expect(Math.abs((found?.p75 ?? 0) - exact) / exact).toBeLessThan(0.1);
					expect(found?.rating).toBe(rate(name, exact));
				}
			)
		);
	});

	test('say how many were how good, limits included', () => {
		const shares = distribution('inp', [0, 200, 201, 500, 501, 100_000])?.shares;

		expect(shares).toEqual({ good: 2, 'needs improvement': 2, poor: 2 });
	});

	test('are nothing where nothing was measured', () => {
		expect(distributionOf('lcp', [])).toBeUndefined();
		expect(distributionOf('lcp', [{ bucket: 3, loads: 0 }])).toBeUndefined();
	});

	test('of figures beyond all buckets are poor, and no number that is none', () => {
		expect(distribution('lcp', [110_000])).toMatchObject({ rating: 'poor', p75: 64_001 });
	});
});
