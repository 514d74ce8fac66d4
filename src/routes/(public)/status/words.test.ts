import { expect, test } from 'vitest';
import { dayInWords, shareInWords } from './words';

test.each([
	[null, 'not watched yet'],
	[1, '100.00 %'],
	[0.99999, '99.99 %'],
	[0.9998, '99.98 %']
])('a share of %s is “%s”', (share, words) => {
	expect(shareInWords(share)).toBe(words);
});

test('a day says how long there was trouble', () => {
	const day = { day: '2026-11-26', state: 'down' as const, downSeconds: 720, degradedSeconds: 30 };

	expect(dayInWords(day)).toBe('26 Nov 2026: did not work for 12 minutes');
	expect(dayInWords({ ...day, state: 'unknown' })).toBe('26 Nov 2026: not watched');
});
