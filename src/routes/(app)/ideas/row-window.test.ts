import { describe, expect, test } from 'vitest';
import { piecesOf, rangeBetween } from './row-window';

const rows = Array.from({ length: 1_000 }, (_, place) => ({ key: `row ${place}`, place }));
const asUsual = () => 40;

/** What stands on the page, as places and gaps. */
const drawn = (pieces: ReturnType<typeof piecesOf<(typeof rows)[number]>>) =>
	pieces.map((piece) => ('row' in piece ? piece.place : `${piece.gapPx} px`));

describe('rangeBetween', () => {
	test('holds every line that lies between the heights', () => {
		const { from, to } = rangeBetween(rows, asUsual, [12_345, 14_321]);

		expect(from).toBeLessThanOrEqual(Math.floor(12_345 / 40));
		expect(to).toBeGreaterThanOrEqual(Math.ceil(14_321 / 40));
		expect(to - from).toBeLessThanOrEqual(100);
	});

	test('stays the same while less than a block is scrolled', () => {
		const before = rangeBetween(rows, asUsual, [10_000, 11_500]);
		const after = rangeBetween(rows, asUsual, [10_080, 11_580]);

		expect(after).toEqual(before);
	});

	test('begins at the first line above the list, and ends at the last below it', () => {
		expect(rangeBetween(rows, asUsual, [-900, 800]).from).toBe(0);
		expect(rangeBetween(rows, asUsual, [39_000, 41_000]).to).toBe(1_000);
	});

	test('counts each line by its own height', () => {
		const twiceAsHighAtFirst = (row: { place: number }) => (row.place < 100 ? 80 : 40);

		expect(rangeBetween(rows, twiceAsHighAtFirst, [8_000, 9_000])).toEqual({ from: 100, to: 125 });
	});
});

describe('piecesOf', () => {
	test('is as high as all the lines together', () => {
		const pieces = piecesOf(rows, asUsual, {
			from: 200,
			to: 300,
			held: ({ place }) => place === 7
		});

		const heights = pieces.map((piece) => ('row' in piece ? 40 : piece.gapPx));
		expect(heights.reduce((sum, height) => sum + height, 0)).toBe(1_000 * 40);
	});

	test('keeps the line that is held above, in and below the range', () => {
		const holding = (held: number) =>
			drawn(
				piecesOf(rows.slice(0, 10), asUsual, {
					from: 4,
					to: 6,
					held: ({ place }) => place === held
				})
			);

		expect(holding(1)).toEqual(['40 px', 1, '80 px', 4, 5, '160 px']);
		expect(holding(5)).toEqual(['160 px', 4, 5, '160 px']);
		expect(holding(9)).toEqual(['160 px', 4, 5, '120 px', 9]);
	});

	test('gives every piece a key of its own', () => {
		const keys = piecesOf(rows, asUsual, {
			from: 50,
			to: 75,
			held: ({ place }) => place === 900
		}).map(({ key }) => key);

		expect(new Set(keys).size).toBe(keys.length);
	});
});
