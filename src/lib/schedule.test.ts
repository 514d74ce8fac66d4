import { describe, expect, test } from 'vitest';
import { scheduleInWords } from './schedule';

describe('scheduleInWords', () => {
	test.each([
		['*/30 * * * * *', 'every 30 seconds'],
		['* * * * *', 'every minute'],
		['*/5 * * * *', 'every 5 minutes'],
		['10 * * * *', 'every hour'],
		['0 */6 * * *', 'every 6 hours'],
		['0 8 * * *', 'daily at 08:00 UTC'],
		['5 0 * * *', 'daily at 00:05 UTC'],
		['0 8 * * 1', '0 8 * * 1']
	])('reads %s as “%s”', (schedule, words) => {
		expect(scheduleInWords(schedule)).toBe(words);
	});
});
