import { expect, test } from 'vitest';
import { WIRE } from '#protocol/limits';
import { giveBack, isSlab, takeBytes } from './slabs.ts';

test('memory is used again when it was given back, and not before', () => {
	const taken = Array.from({ length: 10 }, () => takeBytes(WIRE.quantumBytes));
	expect(new Set(taken.map(({ buffer }) => buffer)).size).toBe(10);
	const [first, ...others] = taken;
	if (!first) throw new Error('nothing was taken');

	giveBack(first);
	const again = takeBytes(10_000);

	expect(again.buffer).toBe(first.buffer);
	expect(again).toHaveLength(10_000);
	const more = takeBytes(10_000);
	expect([again, ...others].map(({ buffer }) => buffer)).not.toContain(more.buffer);
});

test('what is given back twice is used once', () => {
	const taken = takeBytes(WIRE.quantumBytes);
	giveBack(taken);
	giveBack(taken);

	const [one, other] = [takeBytes(WIRE.quantumBytes), takeBytes(WIRE.quantumBytes)];

	expect(one.buffer).not.toBe(other.buffer);
});

test('what is short, or longer than any message, is nothing that is used again', () => {
	for (const length of [0, 100, 4_095, WIRE.frameBytes + 1]) {
		const bytes = takeBytes(length);
		expect([bytes.length, isSlab(bytes)]).toEqual([length, false]);
	}
	expect(isSlab(takeBytes(WIRE.frameBytes))).toBe(true);
});
