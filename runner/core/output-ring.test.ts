import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutputRing } from './output-ring.ts';

test('whatever is pushed, the last bytes are there under their offsets, and nothing older', () => {
	const lengths = fc.array(fc.nat(250_000), { maxLength: 12 });
	const source = randomBytes(300_000);
	fc.assert(
		fc.property(lengths, (pushed) => {
			const outputs = pushed.map((length, index) => source.subarray(index, index + length));
			const ring = new OutputRing(100_000);
			for (const output of outputs) ring.push(output);
			const all = Buffer.concat(outputs);

			expect(ring.end).toBe(all.length);
			expect(ring.start).toBe(Math.max(0, all.length - 100_000));
			expect(ring.copy(ring.start, ring.end).equals(all.subarray(ring.start))).toBe(true);
		}),
		{ numRuns: 50 }
	);
});

test('what is not kept is not answered', () => {
	const ring = new OutputRing(10);
	ring.push(Buffer.from('0123456789ab'));

	expect(() => ring.read(1, 1)).toThrow(RangeError);
	expect(() => ring.read(13, 1)).toThrow(RangeError);
	expect(String(ring.copy(2, 12))).toBe('23456789ab');
});
