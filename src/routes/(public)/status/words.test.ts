import { expect, test } from 'vitest';
import {
	dayInWords,
	daysInWords,
	shareInWords,
	toldDays,
	toldInWords,
	watchedInWords
} from './words';

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
	expect(dayInWords({ ...day, downSeconds: 36_420 })).toBe(
		'26 Nov 2026: did not work for 10 hours'
	);
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

test('a day that worked and was not watched throughout is told, and is no trouble', () => {
	const calm = { downSeconds: 0, degradedSeconds: 0, unwatchedSeconds: 0 };
	const day = (day: string, state: 'up' | 'down' | 'unknown', given = {}) => ({
		...{ day, state, ...calm },
		...given
	});
	const well = day('2026-11-23', 'up', { unwatchedSeconds: 60 });
	const gap = day('2026-11-24', 'up', { unwatchedSeconds: 600 });
	const down = day('2026-11-25', 'down', { downSeconds: 720, unwatchedSeconds: 600 });
	const none = day('2026-11-22', 'unknown', { unwatchedSeconds: 86_400 });
	const part = (...days: ReturnType<typeof day>[]) => ({ days }) as Parameters<typeof toldDays>[0];

	expect(toldDays(part(none, well, gap, down))).toEqual([down, gap]);
	expect(toldInWords(part(none, well, gap, down))).toBe(
		'1 day with trouble, 1 not watched throughout'
	);
	expect(toldInWords(part(well, gap))).toBe('1 day not watched throughout');
	expect(toldInWords(part(well, down))).toBe('1 day with trouble');
	expect(daysInWords(part(none, well, gap, down))).toBe(
		'2 days of the last 4 without trouble; 24 Nov 2026: worked; not watched for 10 minutes; ' +
			'25 Nov 2026: did not work for 12 minutes; not watched for 10 minutes'
	);
});
