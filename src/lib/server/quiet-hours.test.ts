import { expect, test } from 'vitest';
import { heldFrom } from './quiet-hours';

const night = {
	fromMinute: 22 * 60,
	untilMinute: 7 * 60,
	timeZone: 'Europe/Berlin',
	fromSeverity: 3
};

test.each([
	['2026-11-26T20:59:00Z', 5],
	['2026-11-26T21:00:00Z', 3],
	['2026-11-26T23:30:00Z', 3],
	['2026-11-27T05:59:00Z', 3],
	['2026-11-27T06:00:00Z', 5],
	// An hour earlier in summer.
	['2026-07-01T20:30:00Z', 3]
])('at %s what waits begins with severity %i', (at, severity) => {
	expect(heldFrom(night, new Date(at))).toBe(severity);
});

test('the gravest never waits, and without quiet hours nothing does', () => {
	const at = new Date('2026-11-26T23:30:00Z');

	expect(heldFrom({ ...night, fromSeverity: 1 }, at)).toBe(2);
	expect(heldFrom(null, at)).toBe(5);
});
