import { expect, test } from 'vitest';
import { clockInWords } from './words';

const openedAt = new Date('2026-11-26T08:00:00Z');
const at = (minutes: number) => new Date(openedAt.valueOf() + minutes * 60_000);
const incident = {
	...{ severity: 1, status: 'investigating' as const, openedAt },
	...{ acknowledgedAt: null, resolvedAt: null }
};

test.each([
	[1, 10, '5 minutes left'],
	[1, 16, 'overdue by 1 minute'],
	[2, 59, '1 minute left'],
	[2, 61, 'overdue by 1 minute'],
	[3, 239, '1 minute left'],
	[3, 420, 'overdue by 3 hours'],
	[4, 420, '13 days left']
])('severity %i is after %i minutes “%s”', (severity, minutes, words) => {
	expect(clockInWords({ ...incident, severity }, at(minutes))).toBe(words);
});

test('an acknowledged one says how long that took', () => {
	expect(clockInWords({ ...incident, acknowledgedAt: at(12) }, at(600))).toBe('after 12 minutes');
	const graver = { ...incident, clockFrom: at(600), acknowledgedAt: at(605) };
	expect(clockInWords(graver, at(700))).toBe('after 5 minutes');
	expect(clockInWords({ ...incident, resolvedAt: at(12) }, at(600))).toBe('never');
});
