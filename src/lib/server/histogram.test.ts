import { describe, expect, test } from 'vitest';
import { CLASSES, classOf, percentile } from './histogram';

const classesOf = (durations: number[]) => {
	const classes = new Array<number>(CLASSES).fill(0);
	for (const ms of durations) classes[classOf(ms)] = (classes[classOf(ms)] ?? 0) + 1;
	return classes;
};

test.each([
	[0, 0],
	[0.5, 0],
	[0.51, 1],
	[1, 2],
	[1.1, 3],
	[16, 10],
	[16.1, 11],
	[60_000, 31],
	[Infinity, 31]
])('%d ms are of class %d', (ms, place) => {
	expect(classOf(ms)).toBe(place);
});

describe('a percentile', () => {
	test('is at most a fifth off', () => {
		// From 1 to 1000 ms, evenly.
		const durations = Array.from({ length: 1_000 }, (_, at) => at + 1);
		const classes = classesOf(durations);

		for (const share of [0.5, 0.9, 0.95, 0.99]) {
			const read = percentile(classes, share, 1_000);
			expect(Math.abs(read - share * 1_000) / (share * 1_000), `${share}`).toBeLessThan(0.2);
		}
	});

	test('tells what is usual from what is rare', () => {
		const classes = classesOf([...Array<number>(980).fill(2), ...Array<number>(20).fill(900)]);

		expect(percentile(classes, 0.5, 900)).toBeLessThanOrEqual(2);
		expect(percentile(classes, 0.95, 900)).toBeLessThanOrEqual(2);
		expect(percentile(classes, 0.99, 900)).toBeGreaterThan(700);
	});

	test('is never longer than the longest', () => {
		expect(percentile(classesOf([40_000]), 0.99, 40_000)).toBeLessThanOrEqual(40_000);
		expect(percentile(classesOf([1.1]), 1, 1.1)).toBeLessThanOrEqual(1.1);
	});

	test('of nothing is nothing', () => {
		expect(percentile(classesOf([]), 0.5, 0)).toBe(0);
	});
});
