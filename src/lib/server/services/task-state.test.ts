import { describe, expect, test } from 'vitest';
import { dueAt, expectedAt, isDue, stateOf, type TaskFacts, type TaskState } from './task-state';

const at = (text: string) => new Date(`${text}Z`);

const daily = {
	schedule: '0 8 * * *',
	sureSchedule: '0 8 * * *',
	graceMs: 3_600_000,
	firstSeenAt: at('2026-11-20T12:00'),
	lease: 'free',
	lastStartedAt: at('2026-11-24T08:00:05'),
	lastFinishedAt: at('2026-11-24T08:00:09'),
	failures: 0,
	isPaused: false
} satisfies TaskFacts;

const never = { lastStartedAt: null, lastFinishedAt: null };
const hobby = { schedule: '* * * * *', sureSchedule: '0 9 * * *', graceMs: 65 * 60_000 };
const minutely = { schedule: '* * * * *', sureSchedule: '* * * * *', graceMs: 300_000 };

/** What is known, what time it is, and what that means. */
const CASES: [string, Partial<TaskFacts>, string, TaskState][] = [
	['ran, and the next is not due yet', {}, '2026-11-25T07:59', 'up'],
	['is due this minute', {}, '2026-11-25T08:00', 'up'],
	['is due and within its grace', {}, '2026-11-25T08:59', 'late'],
	['is past its grace', {}, '2026-11-25T09:01', 'down'],
	['is held back by maintenance', { isPaused: true }, '2026-11-25T12:00', 'late'],
	['failed before the maintenance', { isPaused: true, failures: 1 }, '2026-11-25T12:00', 'down'],
	['missed a week', {}, '2026-12-01T07:00', 'down'],
	[
		'never ran, and need not have',
		{ ...never, firstSeenAt: at('2026-11-25T07:00') },
		'2026-11-25T07:30',
		'new'
	],
	[
		'never ran, and is due',
		{ ...never, firstSeenAt: at('2026-11-25T07:00') },
		'2026-11-25T08:10',
		'late'
	],
	[
		'never ran, and should have',
		{ ...never, firstSeenAt: at('2026-11-25T07:00') },
		'2026-11-25T09:10',
		'down'
	],
	['failed the last time', { failures: 1 }, '2026-11-24T08:01', 'down'],
	['failed and is being tried again', { failures: 2, lease: 'held' }, '2026-11-24T08:01', 'down'],
	['runs now', { lease: 'held', lastStartedAt: at('2026-11-25T08:00') }, '2026-11-25T08:30', 'up'],
	[
		'runs for the first time',
		{ ...never, lease: 'held', lastStartedAt: at('2026-11-25T08:00') },
		'2026-11-25T08:30',
		'new'
	],
	[
		'runs and does not end',
		{ lease: 'held', lastStartedAt: at('2026-11-25T08:00') },
		'2026-11-25T09:01',
		'running-too-long'
	],
	[
		'was killed just now',
		{ lease: 'expired', lastStartedAt: at('2026-11-25T08:00') },
		'2026-11-25T08:02',
		'up'
	],
	[
		'was killed, and nobody came',
		{ lease: 'expired', lastStartedAt: at('2026-11-25T08:00') },
		'2026-11-25T09:02',
		'down'
	],
	['left work behind, which is no failure', { lease: 'expired' }, '2026-11-24T12:00', 'up'],
	// Berlin and New York change their clocks on these days; UTC has no such thing.
	[
		'runs over a change of the clocks in spring',
		{ lastStartedAt: at('2026-03-28T08:00'), lastFinishedAt: at('2026-03-28T08:01') },
		'2026-03-29T07:59',
		'up'
	],
	[
		'runs over a change of the clocks in autumn',
		{ lastStartedAt: at('2026-10-24T08:00'), lastFinishedAt: at('2026-10-24T08:01') },
		'2026-10-25T09:01',
		'down'
	],
	[
		'ran a little ahead of a clock that was set back',
		{ lastStartedAt: at('2026-11-25T08:00'), lastFinishedAt: at('2026-11-25T08:00') },
		'2026-11-25T07:30',
		'up'
	],
	[
		'says it ran next year, which is no evidence',
		{ lastStartedAt: at('2027-11-25T08:00'), lastFinishedAt: at('2027-11-25T08:00') },
		'2026-11-25T07:30',
		'down'
	],
	[
		'on hobby is called within the hour',
		{ ...hobby, lastStartedAt: at('2026-11-24T09:59'), lastFinishedAt: at('2026-11-24T09:59') },
		'2026-11-25T09:59',
		'late'
	],
	[
		'on hobby was not called',
		{ ...hobby, lastStartedAt: at('2026-11-24T09:02'), lastFinishedAt: at('2026-11-24T09:02') },
		'2026-11-25T10:06',
		'down'
	],
	[
		'of every minute was held up a little',
		{ ...minutely, lastStartedAt: at('2026-11-24T08:00'), lastFinishedAt: at('2026-11-24T08:00') },
		'2026-11-24T08:04',
		'late'
	],
	[
		'of every minute stands still',
		{ ...minutely, lastStartedAt: at('2026-11-24T08:00'), lastFinishedAt: at('2026-11-24T08:00') },
		'2026-11-24T08:07',
		'down'
	]
];

describe('a task that', () => {
	test.each(CASES)('%s', (...[, given, now, state]) => {
		expect(stateOf({ ...daily, ...given }, at(now))).toBe(state);
	});
});

describe('dueAt', () => {
	test('is the first time on the schedule after the last start', () => {
		expect(dueAt(daily, at('2026-11-24T20:00'))).toEqual(at('2026-11-25T08:00'));
		expect(dueAt(daily, at('2026-11-27T20:00'))).toEqual(at('2026-11-25T08:00'));
	});

	test('counts from when it was first seen, until it has run', () => {
		expect(dueAt({ ...daily, ...never }, at('2026-11-20T13:00'))).toEqual(at('2026-11-21T08:00'));
	});
});

describe('a task of every minute that Vercel’s hobby plan calls once a day', () => {
	const task = { ...daily, ...hobby, lastStartedAt: at('2026-11-24T09:02') };

	test('is due each minute for whoever looks, and missed only after that call', () => {
		expect(isDue(task, at('2026-11-24T09:02:30'))).toBe(false);
		expect(isDue(task, at('2026-11-24T09:03'))).toBe(true);
		expect(expectedAt(task, at('2026-11-24T12:00'))).toEqual(at('2026-11-25T09:00'));
	});
});

describe('isDue', () => {
	test('never while a run lives, at once after one that left work behind', () => {
		const [early, late] = [at('2026-11-24T09:00'), at('2026-11-25T08:00')];

		expect(isDue(daily, early)).toBe(false);
		expect(isDue(daily, late)).toBe(true);
		expect(isDue({ ...daily, lease: 'held' }, late)).toBe(false);
		expect(isDue({ ...daily, lease: 'expired' }, early)).toBe(true);
	});
});
