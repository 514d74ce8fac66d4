import { expect, test } from 'vitest';
import { momentsOf, newestOf, toneOf } from './series';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 8, minute));

test('several series become one table by time, with gaps where one has nothing', () => {
	const moments = momentsOf([
		{ name: 'a', points: [1, 3].map((minute) => ({ at: at(minute), value: minute })) },
		{ name: 'b', points: [{ at: at(2), value: 7 }] }
	]);

	expect(moments).toEqual([
		{ at: at(1), values: [1, null] },
		{ at: at(2), values: [null, 7] },
		{ at: at(3), values: [3, null] }
	]);
});

test('the newest figure is the last that was measured, zero included', () => {
	const points = [5, 0, null].map((value, minute) => ({ at: at(minute), value }));

	expect(newestOf({ name: 'a', points })).toBe(0);
	expect(newestOf({ name: 'a', points: [] })).toBeNull();
});

test('neighbours never look the same', () => {
	const series = ['a', 'b', 'c', 'd'].map((name) => ({ name, points: [] }));

	expect(new Set(series.map(toneOf)).size).toBe(4);
});
