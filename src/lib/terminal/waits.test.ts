import { expect, test } from 'vitest';
import { Waits } from './waits';

test('bounds double from a quarter of a second to five seconds, and begin anew after success', () => {
	const waits = new Waits();
	const bounds = Array.from({ length: 7 }, () => waits.next(() => 1));
	expect(bounds).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
	expect(waits.attempts).toBe(7);

	waits.reset();

	expect(waits.next(() => 1)).toBe(250);
});

test('each wait is any part of its bound', () => {
	expect(new Waits().next(() => 0)).toBe(0);
	expect(new Waits().next(() => 0.5)).toBe(125);
});
