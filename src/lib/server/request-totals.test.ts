import { beforeEach, describe, expect, test } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { counters } from './counters';
import { db } from './db';
import { drainDeferred } from './defer';
import { countAnswered, hurryRequestTotals, writeRequestTotals } from './request-totals';
import { clearSwitch, setSwitch } from './services/switches';
import { readSwitches } from './switches';

const page = { source: 'page', method: 'read', route: '/', status: 200, durationMs: 12 } as const;

const stored = () => db.requestTotal.findMany({ orderBy: [{ route: 'asc' }, { source: 'asc' }] });

beforeEach(async () => {
	await writeRequestTotals();
	await db.requestTotal.deleteMany();
});

test('what was written is counted once, also where the release cannot be noted', async () => {
	const before = counters()['totals.dropped'];
	await db.$executeRaw`ALTER TABLE releases RENAME TO releases_away`;
	try {
		countAnswered(page);
		expect(await writeRequestTotals()).toBe(true);
	} finally {
		await db.$executeRaw`ALTER TABLE releases_away RENAME TO releases`;
	}
	await writeRequestTotals();

	expect(await stored()).toMatchObject([{ requests: 1n }]);
	expect(counters()['totals.dropped']).toBe(before);
});

describe('countAnswered', () => {
	test('adds answers of a minute to one row, by the class of their status', async () => {
		for (const status of [200, 204, 303, 404, 429, 500, 503]) countAnswered({ ...page, status });

		await writeRequestTotals();

		const rows = await stored();
		// A minute may have ended meanwhile.
		const sum = (figure: 'requests' | 'redirected' | 'refused' | 'failed' | 'errors') =>
			rows.reduce((all, row) => all + Number(row[figure]), 0);
		expect(rows.length).toBeLessThanOrEqual(2);
		expect([sum('requests'), sum('redirected'), sum('refused')]).toEqual([7, 1, 2]);
		expect([sum('failed'), sum('errors')]).toEqual([2, 2]);
	});

	test('counts nothing while its switch is off', async () => {
		const admin = await createAdmin();
		const plainly = { forSeconds: null, reason: '', confirmed: false };
		await setSwitch(admin, { name: 'requestTotals', value: false, ...plainly });
		countAnswered(page)(1_000);
		await clearSwitch(admin, { name: 'requestTotals', reason: '' });
		countAnswered({ ...page, route: '/after' });

		await writeRequestTotals();

		expect((await stored()).map(({ route }) => route)).toEqual(['/after']);
	});

	test('adds bytes that leave after the row was written', async () => {
		const add = countAnswered(page);
		await writeRequestTotals();

		add(1_000);
		await writeRequestTotals();

		expect((await stored()).reduce((all, { bytes }) => all + bytes, 0n)).toBe(1_000n);
	});

	test('keeps a route apart however often it was written within a minute', async () => {
		for (let n = 0; n < 5; n += 1) {
			for (let m = 0; m < 250; m += 1) countAnswered({ ...page, route: `/again/${m}` });
			await writeRequestTotals();
		}

		const routes = new Set((await stored()).map(({ route }) => route));
		expect(routes.size).toBe(250);
		expect(routes).not.toContain('(other)');
	});

	test('writes by itself within seconds, and at once when the process ends', async () => {
		countAnswered(page);
		hurryRequestTotals();
		await drainDeferred();

		expect(await stored()).toMatchObject([{ requests: 1n }]);
		expect(await db.release.count()).toBe(1);
	});

	test('does not wake the database for what touches none, and counts it with the next', async () => {
		countAnswered({ ...page, source: 'probe', route: '/healthz', isQuiet: true });
		hurryRequestTotals();
		await drainDeferred();
		countAnswered({ ...page, source: 'probe', route: '/healthz', isQuiet: true });
		await drainDeferred();
		expect((await stored()).reduce((all, { requests }) => all + requests, 0n)).toBe(1n);

		countAnswered(page);
		await drainDeferred();

		expect((await stored()).reduce((all, { requests }) => all + requests, 0n)).toBe(3n);
	});
});

describe('what cannot be written', () => {
	test('waits while a copy of the database may be made, and is not lost', async () => {
		await db.switch.create({ data: { name: 'maintenance', value: { mode: 'read-only' } } });
		await readSwitches();
		countAnswered(page);

		expect(await writeRequestTotals()).toBe(false);
		expect(await stored()).toEqual([]);

		await db.switch.deleteMany();
		await readSwitches();
		expect(await writeRequestTotals()).toBe(true);
		expect(await stored()).toMatchObject([{ requests: 1n }]);
	});

	test('is one row where a fault makes too many of a minute, with every request in it', async () => {
		const before = counters()['totals.dropped'];
		for (let n = 0; n < 3_000; n += 1) countAnswered({ ...page, route: `/${n}` });

		await writeRequestTotals();

		const rows = await stored();
		expect(rows.length).toBeLessThan(2_100);
		expect(rows.reduce((all, { requests }) => all + requests, 0n)).toBe(3_000n);
		expect(counters()['totals.dropped']).toBe(before);
	});
});
