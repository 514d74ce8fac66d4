import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '../db';
import { noDurations, placeOf } from '../durations';
import { UNHURRIED } from './batches';
import { addRequestTotals, rollRequestTotals, type RequestTotalRow } from './request-totals';

const HOUR = 3_600_000;

/** A row of so many requests that took 40 ms each. */
function row(startsAt: Date, given: Partial<RequestTotalRow> = {}): RequestTotalRow {
	const durations = noDurations();
	durations[placeOf(40)] = given.requests ?? 1;
	return {
		...{ startsAt, source: 'page', method: 'read', route: '/(app)/ideas', release: 'abc' },
		...{ requests: 1, redirected: 0, refused: 0, failed: 0, errors: 0, bytes: 100, durations },
		...given
	};
}

const all = () => db.requestTotal.findMany({ orderBy: [{ step: 'asc' }, { startsAt: 'asc' }] });

beforeEach(async () => {
	await db.requestTotal.deleteMany();
});

describe('addRequestTotals', () => {
	test('adds to the row that is there, figure by figure', async () => {
		const at = new Date('2026-11-26T08:05:00Z');
		await addRequestTotals([row(at, { requests: 2, failed: 1, errors: 1 })]);

		await addRequestTotals([row(at, { requests: 3, bytes: 50 })]);

		const [found, ...others] = await all();
		expect(others).toEqual([]);
		expect(found).toMatchObject({ requests: 5n, failed: 1n, errors: 1n, bytes: 150n });
		expect(found?.durations[placeOf(40)]).toBe(5n);
	});

	test('keeps releases, routes and kinds apart', async () => {
		const at = new Date('2026-11-26T08:05:00Z');
		await addRequestTotals([
			row(at),
			row(at, { release: 'def' }),
			row(at, { route: '/' }),
			row(at, { method: 'write' }),
			row(at, { source: 'call', route: 'ideas.list' })
		]);

		expect(await all()).toHaveLength(5);
	});

	test('loses nothing when many processes add to the same rows at once', async () => {
		const at = new Date('2026-11-26T08:05:00Z');
		const routes = Array.from({ length: 20 }, (_, n) => row(at, { route: `/${n}` }));

		await Promise.all(
			Array.from({ length: 12 }, (_, n) => addRequestTotals(n % 2 ? routes : routes.toReversed()))
		);

		const found = await all();
		expect(found).toHaveLength(20);
		expect(found.every(({ requests, bytes }) => requests === 12n && bytes === 1_200n)).toBe(true);
	});
});

describe('rollRequestTotals', () => {
	test('makes hours of old minutes and days of old hours, with nothing lost', async () => {
		const hour = new Date(Math.floor((Date.now() - 60 * HOUR) / HOUR) * HOUR);
		const minutes = [0, 1, 59].map((n) => new Date(hour.valueOf() + n * 60_000));
		const recent = new Date(Math.floor(Date.now() / 60_000) * 60_000);
		await addRequestTotals([
			...minutes.map((at) => row(at, { requests: 4 })),
			row(minutes[0] ?? hour, { route: '/' }),
			row(recent)
		]);

		expect(await rollRequestTotals(UNHURRIED)).toEqual({ rolled: 7, deleted: 0, more: false });

		const [first, second, third] = await all();
		expect([first, second].map((one) => [one?.step, one?.startsAt])).toEqual([
			['hour', hour],
			['hour', hour]
		]);
		expect(third).toMatchObject({ step: 'minute', startsAt: recent, requests: 1n });
		const ideas = [first, second].find((one) => one?.route === '/(app)/ideas');
		expect(ideas).toMatchObject({ requests: 12n, bytes: 300n });
		expect(ideas?.durations[placeOf(40)]).toBe(12n);

		// A month later.
		await db.$executeRaw`UPDATE request_totals SET starts_at = starts_at - interval '31 days' WHERE step = 'hour'`;
		await rollRequestTotals(UNHURRIED);
		const days = (await all()).filter(({ step }) => step === 'day');
		expect(days.map(({ startsAt }) => startsAt.getUTCHours())).toEqual([0, 0]);
		expect(days.reduce((sum, { requests }) => sum + requests, 0n)).toBe(13n);
	});

	test('makes quarters of an hour of minutes that no chart shows any more', async () => {
		const quarter = new Date(Math.floor((Date.now() - 3 * HOUR) / 900_000) * 900_000);
		const minutes = [0, 14].map((n) => new Date(quarter.valueOf() + n * 60_000));
		await addRequestTotals(minutes.map((at) => row(at, { requests: 4 })));
		await addRequestTotals([row(new Date(quarter.valueOf() + 15 * 60_000))]);

		await rollRequestTotals(UNHURRIED);

		expect(await all()).toMatchObject([
			{ step: 'quarter', startsAt: quarter, requests: 8n },
			{ step: 'quarter', startsAt: new Date(quarter.valueOf() + 900_000), requests: 1n }
		]);
	});

	test('adds minutes that came late to the hour that is there', async () => {
		const hour = new Date(Math.floor((Date.now() - 60 * HOUR) / HOUR) * HOUR);
		await addRequestTotals([row(hour)]);
		await rollRequestTotals(UNHURRIED);
		await addRequestTotals([row(hour, { requests: 2 })]);

		await rollRequestTotals(UNHURRIED);

		expect(await all()).toMatchObject([{ step: 'hour', requests: 3n }]);
	});

	test('forgets days after their time', async () => {
		await addRequestTotals([row(new Date(Date.now() - 500 * 24 * HOUR))]);

		await rollRequestTotals(UNHURRIED);
		const { more } = await rollRequestTotals(UNHURRIED);

		expect(more).toBe(false);
		expect(await all()).toEqual([]);
	});

	test('stops when its time is up, and says that there is more', async () => {
		await addRequestTotals([row(new Date(Date.now() - 60 * HOUR))]);

		expect(await rollRequestTotals({ hasTime: () => false })).toMatchObject({ more: true });
		expect(await all()).toMatchObject([{ step: 'minute' }]);
	});
});
