import { describe, expect, test } from 'vitest';
import { isDaily, layOut, momentName, shortNumber, tickName } from './layout';
import type { Moment } from './series';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 24, 8);

/** Moments a minute apart, each with the same figures. */
const moments = (...figures: (number | null)[][]): Moment[] =>
	figures.map((values, place) => ({ at: new Date(START + place * MINUTE), values }));

describe('layOut', () => {
	test('begins at zero and takes room for the threshold', () => {
		const { y, yTicks } = layOut(moments([20], [30]), { threshold: 90 });

		expect(y(0)).toBe(100);
		expect(y(90)).toBeGreaterThanOrEqual(0);
		expect(yTicks.at(-1)).toBeGreaterThanOrEqual(90);
	});

	test('draws a line from edge to edge', () => {
		const { x } = layOut(moments([1], [2], [3]));

		expect([x(new Date(START)), x(new Date(START + 2 * MINUTE))]).toEqual([0, 100]);
	});

	test('gives every bar the same room, within the edges', () => {
		const { x, slot } = layOut(moments([1], [2], [3], [4]), { kind: 'bars' });

		expect(slot).toBeCloseTo(25);
		expect(x(new Date(START))).toBeCloseTo(12.5);
		expect(x(new Date(START + 3 * MINUTE))).toBeCloseTo(87.5);
	});

	test('is high enough for bars that stand on each other', () => {
		expect(layOut(moments([60, 60]), { kind: 'bars' }).y(120)).toBeGreaterThanOrEqual(0);
		expect(layOut(moments([60, 60])).y(120)).toBeLessThan(0);
	});

	test.each([[[]], [moments([0])], [moments([null], [null])]])(
		'has a scale where there is nothing to see: %#',
		(nothing) => {
			const { x, y, slot, yTicks } = layOut(nothing, { kind: 'bars' });

			expect([x(new Date(START)), y(0), slot].every(Number.isFinite)).toBe(true);
			expect(yTicks.length).toBeGreaterThan(1);
		}
	);
});

describe('names of times', () => {
	const at = new Date('2026-11-24T08:05:00Z');

	test.each([
		[3_600_000, '08:05'],
		[48 * 3_600_000, 'Tue 08:05'],
		[30 * 24 * 3_600_000, '24 Nov']
	])('are as short as a span of %d ms allows', (span, name) => {
		expect(tickName(at, span, 'UTC').replace(',', '')).toBe(name);
	});

	test('are those of the zone that is asked for', () => {
		expect(tickName(at, 3_600_000, 'Asia/Tokyo')).toBe('17:05');
	});

	test('of days that were counted in UTC stay in every zone', () => {
		expect(momentName(new Date('2026-11-24T00:00:00Z'), true, 'America/New_York')).toContain('24');
	});
});

test('figures of days are known by their distance', () => {
	const day = (d: number) => ({ at: new Date(Date.UTC(2026, 10, d)), values: [1] });

	expect(isDaily([day(1), day(2)])).toBe(true);
	expect(isDaily(moments([1], [2]))).toBe(false);
});

test('a long number is shortened on a scale', () => {
	expect(shortNumber(1_200)).toBe('1.2K');
});
