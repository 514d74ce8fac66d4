import { expect, test } from 'vitest';
import { randomBytes } from './bytes.ts';
import { mask, unmask } from './masks.ts';

/** As RFC 6455 says it, 5.3. */
const masked = (bytes: Uint8Array, key: Uint8Array) =>
	bytes.map((byte, at) => byte ^ (key[at % 4] ?? 0));

const lengths = [0, 1, 2, 3, 4, 5, 7, 8, 32, 33, 32_768 + 29];

test.each(lengths)('takes the mask off %i bytes, wherever in memory they begin', (length) => {
	const key = randomBytes(4);
	for (const begin of [0, 1, 2, 3]) {
		const around = randomBytes(begin + length + 8);
		const bytes = around.subarray(begin, begin + length);
		const before = around.slice();

		unmask(bytes, key);

		expect(bytes).toEqual(masked(before.subarray(begin, begin + length), key));
		expect(around.subarray(0, begin)).toEqual(before.subarray(0, begin));
		expect(around.subarray(begin + length)).toEqual(before.subarray(begin + length));
	}
});

test.each([0, 6, 8, 14])(
	'masks into another buffer behind %i bytes, and changes nothing else',
	(offset) => {
		const [key, source] = [randomBytes(4), randomBytes(101)];
		const [output, kept] = [new Uint8Array(200), source.slice()];

		mask(source, key, output, offset, 99);

		expect(output.subarray(offset, offset + 99)).toEqual(masked(kept.subarray(0, 99), key));
		expect(output.subarray(0, offset).every((byte) => byte === 0)).toBe(true);
		expect(output.subarray(offset + 99).every((byte) => byte === 0)).toBe(true);
		expect(source).toEqual(kept);
	}
);

test('masks bytes where they are', () => {
	const [key, bytes] = [randomBytes(4), randomBytes(101)];
	const before = bytes.slice();

	mask(bytes, key, bytes, 0, 99);

	expect(bytes.subarray(0, 99)).toEqual(masked(before.subarray(0, 99), key));
	expect(bytes.subarray(99)).toEqual(before.subarray(99));
});
