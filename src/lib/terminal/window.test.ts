import { expect, test } from 'vitest';
import { WIRE } from '#protocol/limits';
import { windowFor } from './window';

test('a long way has a wider window, within what a runner takes', () => {
	expect(windowFor(0)).toBe(WIRE.windowBytes);
	expect(windowFor(5)).toBe(WIRE.windowBytes);
	expect(windowFor(30)).toBe(600_000);
	expect(windowFor(400)).toBe(WIRE.windowMaxBytes);
});
