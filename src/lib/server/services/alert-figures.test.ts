import { beforeEach, expect, test } from 'vitest';
import { v7 as uuid } from 'uuid';
import { db } from '../db';
import type { Prisma } from '../prisma/client';
import { readDatabaseErrors, readNewErrors, readPageSpeed } from './alert-figures';
import { RULES } from './alert-rules';

const MINUTE = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE);

beforeEach(async () => {
	await db.statementError.deleteMany();
	await db.webVital.deleteMany();
	await db.errorGroup.deleteMany();
});

test.each([
	[{ kind: 'full', minutes: 0, count: 5 }, true],
	[{ kind: 'full', minutes: 0, count: 4 }, false],
	[{ kind: 'constraint', minutes: 0, count: 50 }, false],
	[{ kind: 'full', minutes: 3, count: 50 }, false]
])('of statements that failed, %j, somebody is told: %j', async ({ minutes, ...failed }, isBad) => {
	const minute = new Date(Math.floor(ago(minutes).valueOf() / MINUTE) * MINUTE);
	await db.statementError.create({ data: { ...failed, minute } });

	expect(await readDatabaseErrors()).toMatchObject([{ isBad }]);
});

/** So many page loads, one after the other a little slower, up to the slowest. */
const loaded = (loads: number, slowestMs: number, minutes = 1) =>
	db.webVital.createMany({
		data: Array.from({ length: loads }, (_, at) => ({
			...{ id: uuid(), at: ago(minutes), route: '/', device: 'desktop' },
			lcp: Math.round(slowestMs * ((at + 1) / loads)),
			inp: 40
		}))
	});

test.each([
	[100, 5_000, { isBad: false }],
	[100, 6_000, { isBad: true }],
	// A few loads may all be of one slow phone.
	[20, 8_000, { isBad: false }]
])('of %i page loads up to %i ms', async (loads, slowestMs, reading) => {
	await loaded(loads, slowestMs);

	const readings = await readPageSpeed();

	expect(readings).toMatchObject([
		{ subject: 'inp', isBad: false },
		{ subject: 'lcp', ...reading }
	]);
});

test('page loads that anyone may have made up are never graver than their rule', async () => {
	await loaded(500, 120_000);

	const readings = await readPageSpeed();

	expect(readings.map(({ severity }) => severity ?? RULES['page-speed'].severity)).toEqual([3, 3]);
});

test('page loads of more than an hour ago wake nobody', async () => {
	await loaded(100, 9_000, 61);

	expect(await readPageSpeed()).toEqual([]);
});

const grouped = (given: Partial<Prisma.ErrorGroupCreateInput> & { firstAt: Date }) =>
	db.errorGroup.create({
		data: {
			...{ fingerprint: uuid(), source: 'app', kind: 'TypeError', message: 'It broke.', count: 1 },
			...{ lastAt: new Date(), firstRelease: 'a', lastRelease: 'a' },
			...given
		}
	});

test('an error is new when it came for the first time or came back, until somebody has dealt with it', async () => {
	await grouped({ firstAt: ago(600) });
	await grouped({ firstAt: ago(5), resolvedAt: ago(1) });
	const before = await readNewErrors();
	await grouped({ firstAt: ago(5) });
	await grouped({ firstAt: ago(600), regressedAt: ago(5) });

	const after = await readNewErrors();

	expect(before).toMatchObject([{ isBad: false }]);
	expect(after).toEqual([{ subject: 'app', isBad: true, says: '2 kinds, the latest TypeError' }]);
});

test('an error that somebody invented in a browser hides none of the server, and its words are not told', async () => {
	await grouped({ firstAt: ago(1), source: 'browser', kind: 'Call me: https://evil.test' });
	await grouped({ firstAt: ago(5), source: 'app' });

	expect(await readNewErrors()).toEqual([
		{ subject: 'app', isBad: true, says: '1 kind, the latest TypeError' },
		{ subject: 'browser', isBad: true, severity: 4, says: '1 kind' }
	]);
});
