import { expect, test } from 'vitest';
import { dayInWords, shareInWords, watchedInWords } from './words';

test.each([
	[null, 'not watched yet'],
	[1, '100.00 %'],
	[0.99999, '99.99 %'],
	[0.9998, '99.98 %']
])('a share of %s is “%s”', (share, words) => {
	expect(shareInWords(share)).toBe(words);
});

test('a day says how long there was trouble', () => {
	const seconds = { downSeconds: 720, degradedSeconds: 30, unwatchedSeconds: 0 };
	const day = { day: '2026-11-26', state: 'down' as const, ...seconds };

	expect(dayInWords(day)).toBe('26 Nov 2026: did not work for 12 minutes');
	expect(dayInWords({ ...day, state: 'unknown' })).toBe('26 Nov 2026: not watched');
	expect(dayInWords({ ...day, state: 'up', unwatchedSeconds: 3_600 })).toBe(
		'26 Nov 2026: worked; not watched for 60 minutes'
	);
});

test('a share of a time that was watched in part says so, never more than it was', () => {
	expect(watchedInWords(0.9287)).toBe('of the watched time, 92 % of all');
	expect(watchedInWords(0.9999)).toBe('');
	expect(watchedInWords(null)).toBe('');
});
