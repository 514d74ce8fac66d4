import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WIRE } from '#protocol/limits';
import { Drawn } from './drawn';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

test('tells at once after so many bytes, and a second after the last of fewer', () => {
	const told: number[] = [];
	const drawn = new Drawn((offset) => told.push(offset));
	drawn.reach(WIRE.ackBytes);
	expect(told).toEqual([WIRE.ackBytes]);

	drawn.reach(WIRE.ackBytes + 1);
	drawn.reach(WIRE.ackBytes + 2);
	expect(told).toHaveLength(1);
	vi.advanceTimersByTime(WIRE.ackMs);

	expect(told).toEqual([WIRE.ackBytes, WIRE.ackBytes + 2]);
});

test('goes on from where a line begins, and says nothing of an earlier one', () => {
	const told: number[] = [];
	const drawn = new Drawn((offset) => told.push(offset));
	drawn.reach(10);

	drawn.begin(5_000);
	vi.advanceTimersByTime(WIRE.ackMs);
	expect(told).toEqual([]);
	expect(drawn.offset).toBe(5_000);

	drawn.reach(5_001);
	vi.advanceTimersByTime(WIRE.ackMs);
	expect(told).toEqual([5_001]);
});
