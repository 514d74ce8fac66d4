import { expect, test } from 'vitest';
import { LostModes } from './lost-modes.ts';

test('the last word about each mode counts, and is told once', () => {
	const modes = new LostModes();

	modes.read(Buffer.from('\x1b[?1049h text \x1b[?25;2004h\x1b[?25l'));

	expect(modes.take()).toBe('\x18\x1b[0m\x1b[?1049h\x1b[?25l\x1b[?2004h');
	expect(modes.take()).toBeUndefined();
});

test('a program that sets modes without end fills no memory, and those that there are stay', () => {
	const modes = new LostModes();
	modes.read(Buffer.from('\x1b[?2004h'));

	for (let from = 0; from < 400_000; from += 10_000) {
		const numbers = Array.from({ length: 10_000 }, (_, at) => `\x1b[?${from + at}h`);
		modes.read(Buffer.from(numbers.join('')));
	}

	const told = modes.take() ?? '';
	expect(told).toContain('\x1b[?2004h');
	expect(told.length).toBeLessThan(120_000);
});
