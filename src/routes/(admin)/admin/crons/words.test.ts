import { describe, expect, test } from 'vitest';
import { countsInWords, dueInWords } from './words';

test.each([
	['2026-11-25T08:00:30Z', 'now'],
	['2026-11-25T07:59:40Z', 'now'],
	['2026-11-25T11:20:00Z', 'in 3 h'],
	['2026-11-27T08:00:00Z', 'in 2 d'],
	['2026-11-25T07:55:00Z', '5 min overdue']
])('what is due at %s is so “%s”', (at, words) => {
	expect(dueInWords(new Date(at), new Date('2026-11-25T08:00:00Z'))).toBe(words);
});

describe('countsInWords', () => {
	test('names what there was, and leaves out the rest', () => {
		expect(countsInWords({ ideas: 1_200, emailLinks: 3, browsers: 0 })).toBe(
			'ideas: 1,200, email links: 3'
		);
		expect(countsInWords({ sent: 0 })).toBe('nothing to do');
	});
});
