import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '../db';
import { noDurations, placeOf } from '../durations';
import { addRequestTotals, type RequestTotalRow } from './request-totals';
import { alarmOf, budgetLeft, burnRate, BURN_WINDOWS, readServiceLevels } from './service-levels';

const MINUTE = 60_000;

/** So many requests of one minute, of which some went wrong. */
async function answered(
	minutesAgo: number,
	requests: number,
	given: Partial<RequestTotalRow> = {}
) {
	const durations = noDurations();
	durations[placeOf(20)] = requests;
	const row: RequestTotalRow = {
		startsAt: new Date(Math.floor(Date.now() / MINUTE - minutesAgo) * MINUTE),
		...{ source: 'page', method: 'read', route: '/', release: 'abc', requests, durations },
		...{ redirected: 0, refused: 0, failed: 0, errors: 0, bytes: 0 },
		...given
	};
	await addRequestTotals([row]);
}

const level = async (name: string) => {
	const found = (await readServiceLevels()).find((one) => one.name === name);
	if (!found) throw new Error(`There is no ${name}.`);
	return found;
};

beforeEach(async () => {
	await db.requestTotal.deleteMany();
});

test('a rate of one uses up the budget exactly, and what is left is a share of it', () => {
	expect(burnRate({ total: 1_000, bad: 1 }, 0.999)).toBeCloseTo(1);
	expect(burnRate({ total: 0, bad: 0 }, 0.999)).toBe(0);
	expect(budgetLeft({ total: 10_000, bad: 5 }, 0.999)).toBeCloseTo(0.5);
	expect(budgetLeft({ total: 10_000, bad: 20 }, 0.999)).toBeCloseTo(-1);
	expect(budgetLeft({ total: 0, bad: 0 }, 0.999)).toBe(1);
});

describe('alarmOf', () => {
	const windows = (share: (seconds: number) => number, total = 10_000) =>
		Object.fromEntries(
			Object.entries(BURN_WINDOWS).map(([name, seconds]) => [
				name,
				{ total, bad: total * share(seconds) }
			])
		) as Parameters<typeof alarmOf>[0];

	test('calls somebody for five per cent of errors, and nobody for a twentieth of one', () => {
		expect(
			alarmOf(
				windows(() => 0.05),
				0.999
			)
		).toBe('page');
		expect(
			alarmOf(
				windows(() => 0.0005),
				0.999
			)
		).toBeNull();
	});

	test('is over as soon as the short window is', () => {
		expect(
			alarmOf(
				windows((seconds) => (seconds > 3_000 ? 0.05 : 0)),
				0.999
			)
		).not.toBe('page');
	});

	test('is a task for tomorrow when the budget burns slowly for days', () => {
		expect(
			alarmOf(
				windows(() => 0.002),
				0.999
			)
		).toBe('ticket');
	});

	test('takes a few errors for chance, whatever their share', () => {
		expect(
			alarmOf(
				windows(() => 0.5, 8),
				0.999
			)
		).toBeNull();
	});
});

describe('readServiceLevels', () => {
	test('counts errors of ours by window, and neither refusals nor probes', async () => {
		await answered(1, 100, { errors: 5, failed: 5 });
		await answered(20, 100, { refused: 40 });
		await answered(20, 100, { route: '(no route)', refused: 100 });
		await answered(20, 100, { source: 'probe', route: '/readyz', errors: 100, failed: 100 });

		const { windows, burn, month, alarm } = await level('availability');

		expect(windows['5 min']).toEqual({ total: 100, bad: 5 });
		expect(windows['1 h']).toEqual({ total: 200, bad: 5 });
		expect(burn['1 h']).toBeCloseTo(25);
		expect(month.bad).toBe(5);
		expect(alarm).toBe('page');
	});

	test('knows slow calls by the bound of 300 ms, and saves by their method', async () => {
		const slow = noDurations();
		slow[placeOf(20)] = 90;
		slow[placeOf(2_500)] = 10;
		await answered(1, 100, { source: 'call', route: 'ideas.list', durations: slow });
		await answered(1, 50, { source: 'call', method: 'write', route: 'ideas.create', errors: 1 });

		await answered(1, 30, { source: 'call', method: 'write', route: 'ideas.update', refused: 30 });

		expect((await level('speed')).windows['5 min']).toEqual({ total: 150, bad: 10 });
		expect((await level('saves')).windows['5 min']).toEqual({ total: 50, bad: 1 });
	});
});
