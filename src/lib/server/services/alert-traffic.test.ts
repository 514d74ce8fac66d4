import { beforeEach, expect, test } from 'vitest';
import { db } from '../db';
import { noDurations, placeOf } from '../durations';
import { readErrors, readLevels, readSlowness } from './alert-traffic';
import { addRequestTotals, type RequestTotalRow } from './request-totals';

const MINUTE = 60_000;

beforeEach(() => db.requestTotal.deleteMany());

/** So many answers in each of the last minutes. */
async function answered(minutes: number, requests: number, given: Partial<RequestTotalRow> = {}) {
	const durations = noDurations();
	durations[placeOf(20)] = requests;
	const rows = Array.from({ length: minutes }, (_, minute) => ({
		startsAt: new Date(Math.floor(Date.now() / MINUTE - minute) * MINUTE),
		...{ source: 'page', method: 'read', route: '/', release: 'abc', requests, durations },
		...{ redirected: 0, refused: 0, failed: 0, errors: 0, bytes: 0 },
		...given
	}));
	await addRequestTotals(rows as RequestTotalRow[]);
}

test.each([
	[1_000, 0, { isBad: false, severity: 3 }],
	[1_000, 15, { isBad: true, severity: 3 }],
	[1_000, 60, { isBad: true, severity: 1 }],
	// One of one is no tenth of anything.
	[1, 1, { isBad: false }]
])('of %i answers in a minute %i errors are %j', async (requests, errors, reading) => {
	await answered(4, requests, { errors });

	expect(await readErrors()).toMatchObject([reading]);
});

test('five per cent of errors for ten minutes call somebody, a twentieth of one nobody', async () => {
	await answered(10, 1_000, { errors: 50, failed: 50 });
	const burning = await readLevels();
	await db.requestTotal.deleteMany();
	await answered(10, 10_000, { errors: 5, failed: 5 });
	const calm = await readLevels();

	const availability = (readings: typeof calm) =>
		readings.find(({ subject }) => subject === 'availability');
	expect(availability(burning)).toMatchObject({ isBad: true, severity: 2 });
	expect(availability(calm)).toMatchObject({ isBad: false });
});

test('pages and calls are slow by their own measure, where enough were asked for', async () => {
	const durations = noDurations();
	durations[placeOf(3_000)] = 10;
	await answered(4, 10, { durations });
	await answered(4, 10, { durations, source: 'call', route: 'ideas.list' });

	expect(await readSlowness()).toMatchObject([
		{ subject: 'calls', isBad: true },
		{ subject: 'pages', isBad: false }
	]);
});

test('where nobody asked nothing is bad', async () => {
	const readings = [...(await readErrors()), ...(await readSlowness()), ...(await readLevels())];

	expect(readings.filter(({ isBad }) => isBad)).toEqual([]);
});
