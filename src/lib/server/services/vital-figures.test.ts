import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { VitalsFilter } from '$lib/schemas/analytics';
import { createAdmin } from '#tests/support/factories';
import { countStatements } from '#tests/support/statements';
import { db } from '../db';
import { UNHURRIED } from './batches';
import { rollUpDays } from './day-totals';
import { countedDays, dayAfter } from './days';
import { recordLabRun, type LabFigures } from './lab-runs';
import { getVitals } from './vital-figures';

beforeEach(async () => {
	await db.pageView.deleteMany();
	await db.viewTotal.deleteMany();
	await db.webVital.deleteMany();
	await db.vitalHistogram.deleteMany();
	await db.labRun.deleteMany();
});

const { today } = await countedDays();
const admin = await createAdmin();
const daysAgo = (days: number) => dayAfter(today, -days);
const read = (given: Partial<VitalsFilter> = {}) => getVitals(admin, VitalsFilter.parse(given));

/** A load at the beginning of a day (UTC), so many days ago. */
const load = (days: number, measured: Partial<Parameters<typeof db.webVital.create>[0]['data']>) =>
	db.webVital.create({
		data: {
			...{ id: randomUUID(), at: new Date(`${daysAgo(days)}T00:00Z`) },
			...{ route: '/', device: 'desktop', ...measured }
		}
	});

describe('how fast pages were', () => {
	test('is the figure that three of four loads kept to, rated at its limits', async () => {
		for (const lcp of [1_000, 2_000, 2_500, 9_000]) await load(0, { lcp });
		for (const inp of [100, 150, 201, 202]) await load(0, { inp });

		const { all } = await read();

		expect(all.lcp).toMatchObject({ loads: 4, p75: 2_500, rating: 'good' });
		expect(all.lcp?.shares).toEqual({ good: 3, 'needs improvement': 0, poor: 1 });
		expect(all.inp).toMatchObject({ rating: 'needs improvement' });
		expect(all.cls).toBeUndefined();
	});

	test('is the same from single loads as from what they came to, over several days', async () => {
		for (let n = 0; n < 40; n += 1) {
			const device = n % 3 ? 'mobile' : 'desktop';
			await load(n % 5, { route: n % 2 ? '/a' : '/b', device, lcp: 500 + n * 97, cls: n * 60 });
		}

		const single = await read();
		await rollUpDays(UNHURRIED);
		await db.webVital.deleteMany({ where: { at: { lt: new Date(`${today}T00:00Z`) } } });
		const counted = await read();

		expect(counted).toEqual(single);
		expect(counted.all.lcp?.loads).toBe(40);
		expect(counted.days.map(({ vitals }) => vitals.lcp?.loads)).toEqual(
			[undefined, undefined].concat(Array(5).fill(8))
		);
		expect(counted.routes.map(({ name }) => name)).toEqual(['/a', '/b']);
		expect(counted.devices.map(({ name }) => name)).toEqual(['mobile', 'desktop']);
	});

	test('adds what days that are over have in a bucket to what today has in it', async () => {
		for (const days of [2, 1, 1, 0]) await load(days, { lcp: 1_000 });
		await load(0, { lcp: 9_000 });
		const single = await read();

		await rollUpDays(UNHURRIED);
		await db.webVital.deleteMany({ where: { at: { lt: new Date(`${today}T00:00Z`) } } });

		const both = await read();
		expect(both.all.lcp).toMatchObject({ loads: 5, shares: { good: 4, poor: 1 } });
		expect(both).toEqual(single);
	});

	test('is told of one route, and of one kind of device', async () => {
		await load(0, { route: '/a', device: 'mobile', ttfb: 100 });
		await load(0, { route: '/a', device: 'desktop', ttfb: 100 });
		await load(0, { route: '/b', device: 'mobile', ttfb: 100 });

		expect((await read({ route: '/a' })).all.ttfb?.loads).toBe(2);
		expect((await read({ route: '/a', device: 'mobile' })).all.ttfb?.loads).toBe(1);
	});

	test('counts a load for as many as it stands for', async () => {
		await load(0, { fcp: 100, weight: 10 });

		expect((await read()).all.fcp?.loads).toBe(10);
	});

	test('is read with few statements', async () => {
		expect(await countStatements(() => read({ days: '90' }))).toBeLessThanOrEqual(3);
	});
});

describe('the laboratory', () => {
	const operator = { actor: admin };
	const run = (formFactor: string, at: string, lcp: number): LabFigures => ({
		...{ at: new Date(at), url: 'https://coda.test/', formFactor, version: '13.0.0' },
		...{ lcp, fcp: 900, tti: 2_900, tbt: 120, cls: 10 }
	});

	test('shows the newest run of each form', async () => {
		for (const figures of [
			run('mobile', '2026-11-20', 1_000),
			run('mobile', '2026-11-22', 1_200),
			run('desktop', '2026-11-21', 800)
		]) {
			await recordLabRun(db, operator, figures);
		}

		expect((await read()).lab).toMatchObject([
			{ formFactor: 'mobile', lcp: 1_200 },
			{ formFactor: 'desktop', lcp: 800 }
		]);
	});

	test('keeps a run once, however often its report is recorded', async () => {
		const figures = run('mobile', '2026-11-20', 1_000);

		expect([
			await recordLabRun(db, operator, figures),
			await recordLabRun(db, operator, figures)
		]).toEqual([true, false]);
	});
});
