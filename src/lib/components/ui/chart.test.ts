import { describe, expect, test } from 'vitest';
import { layOut, roundUp } from './chart';

describe('roundUp', () => {
	test.each([
		[0, 1],
		[0.3, 0.5],
		[7, 10],
		[10, 10],
		[12, 20],
		[201, 500]
	])('takes %d to %d', (value, round) => {
		expect(roundUp(value)).toBeCloseTo(round);
	});
});

describe('layOut', () => {
	test('begins at zero and makes room for the threshold', () => {
		const { max, points, threshold } = layOut([{ at: 'a', value: 20 }], 90);

		expect(max).toBe(100);
		expect(points).toEqual([{ x: 50, y: 80 }]);
		expect(threshold).toBeCloseTo(10);
	});

	test('does without figures', () => {
		expect(layOut([])).toMatchObject({ max: 1, points: [] });
	});
});
