import { describe, expect, test } from 'vitest';
import { moved, placeIn, type Place } from './places';

const LINES = ['a', 'b', 'c', 'd'].map((id) => ({ id }));

/** The order once a line has gone where it was sent. */
function order(id: string, place: Place): string {
	const target = placeIn(LINES, id, place);
	return (target ? moved(LINES, id, target.neighbours) : LINES).map((line) => line.id).join('');
}

describe('a line of a list', () => {
	test('goes one up or down, to the ends, and beside another', () => {
		expect(order('c', 'up')).toBe('acbd');
		expect(order('b', 'down')).toBe('acbd');
		expect(order('c', 'top')).toBe('cabd');
		expect(order('b', 'bottom')).toBe('acdb');
		expect(order('a', { after: 'c' })).toBe('bcad');
		expect(order('d', { before: 'b' })).toBe('adbc');
	});

	test('says its new number, counted from one', () => {
		expect(placeIn(LINES, 'b', 'down')?.position).toBe(3);
		expect(placeIn(LINES, 'b', 'top')?.position).toBe(1);
	});

	test('goes nowhere where it stands already, or where nothing is', () => {
		const nowhere: [string, Place][] = [
			['a', 'up'],
			['d', 'down'],
			['a', 'top'],
			['d', 'bottom'],
			['b', { after: 'a' }],
			['b', { before: 'unknown' }],
			['unknown', 'up']
		];

		for (const [id, place] of nowhere) expect(placeIn(LINES, id, place)).toBeUndefined();
	});

	test('stands beside the one that it passed, so that hidden lines stay where they are', () => {
		expect(placeIn(LINES, 'c', 'up')?.neighbours).toEqual({ before: 'b' });
		expect(placeIn(LINES, 'b', 'down')?.neighbours).toEqual({ after: 'c' });
	});

	test('stays when its neighbour has gone in the meantime', () => {
		expect(moved(LINES, 'a', { after: 'unknown' })).toEqual(LINES);
	});
});
