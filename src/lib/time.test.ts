import { describe, expect, test } from 'vitest';
import { agoOf, ageOf, count, exactTime, timeLeft } from './time';

const now = new Date('2026-11-23T18:05:00Z');

describe('ageOf', () => {
	test.each([
		['2026-11-23T18:06:00Z', 'now'],
		['2026-11-23T18:04:01Z', 'now'],
		['2026-11-23T18:04:00Z', '1 min'],
		['2026-11-23T17:05:01Z', '59 min'],
		['2026-11-23T17:05:00Z', '1 h'],
		['2026-11-22T18:05:00Z', '1 d'],
		['2026-11-16T18:05:01Z', '6 d'],
		['2026-11-16T18:05:00Z', '16 Nov'],
		['2025-03-01T12:00:00Z', '1 Mar 2025']
	])('%s', (at, words) => {
		expect(ageOf(new Date(at), now, 'UTC')).toBe(words);
	});
});

test('an age ends a sentence', () => {
	expect(agoOf(now, now, 'UTC')).toBe('just now');
	expect(agoOf(new Date('2026-11-23T18:00:00Z'), now, 'UTC')).toBe('5 minutes ago');
	expect(agoOf(new Date('2026-01-05T18:00:00Z'), now, 'UTC')).toBe('on 5 Jan');
});

test('an exact time names its zone', () => {
	expect(exactTime(now, 'UTC')).toBe('23 Nov 2026, 18:05 UTC');
});

test.each([
	[7 * 86_400_000 - 60_000, '7 days left'],
	[5.4 * 86_400_000, '5 days left'],
	[86_400_000, '1 day left'],
	[3_600_000, '1 hour left'],
	[3_599_999, 'less than an hour left'],
	[0, 'no time left']
])('%i ms are %s', (ms, words) => {
	expect(timeLeft(new Date(now.valueOf() + ms), now)).toBe(words);
});

test('numbers agree with their nouns', () => {
	expect([count(0, 'idea'), count(1, 'idea'), count(1024, 'idea')]).toEqual([
		'0 ideas',
		'1 idea',
		'1,024 ideas'
	]);
});
