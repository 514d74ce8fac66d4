import { beforeEach, describe, expect, test } from 'vitest';
import { GetAnalytics } from '$lib/schemas/analytics';
import { createAdmin } from '#tests/support/factories';
import { countStatements } from '#tests/support/statements';
import { db } from '../db';
import { drainDeferred } from '../defer';
import { getAnalytics, getLive } from './analytics';
import { UNHURRIED } from './batches';
import { rollUpDays } from './day-totals';
import { countedDays, dayAfter, daysOf } from './days';

beforeEach(async () => {
	await db.pageView.deleteMany();
	await db.viewTotal.deleteMany();
});

const { today } = await countedDays();
const admin = await createAdmin();
const daysAgo = (days: number) => dayAfter(today, -days);
const read = (given: Partial<GetAnalytics> = {}) => getAnalytics(admin, GetAnalytics.parse(given));

interface Seen {
	route?: string;
	referrer?: string;
	browser?: string;
	at?: Date;
	weight?: number;
}

/** A view at the beginning of a day (UTC), so many days ago. */
const see = (days: number, visitor: string, { route = '/', ...more }: Seen = {}) =>
	db.pageView.create({
		data: {
			...{ at: new Date(`${daysAgo(days)}T00:00Z`), visitor, route, device: 'desktop' },
			...more
		}
	});

describe('the days', () => {
	test.each([
		[{ days: '1' }, today, today],
		[{ days: '7' }, daysAgo(6), today],
		[{ from: daysAgo(3), to: daysAgo(2) }, daysAgo(3), daysAgo(2)],
		[{ from: daysAgo(3) }, daysAgo(3), today],
		[{ to: daysAgo(3) }, daysAgo(3), daysAgo(3)],
		// The wrong way round, later than today, longer than anyone looks at.
		[{ from: daysAgo(2), to: daysAgo(3) }, daysAgo(3), daysAgo(2)],
		[{ from: daysAgo(1), to: daysAgo(-5) }, daysAgo(1), today],
		[{ from: daysAgo(-3), to: daysAgo(-5) }, today, today],
		[{ from: '0001-01-01' }, daysAgo(1_099), today]
	])('of %j are %s to %s', (given, from, to) => {
		expect(daysOf(GetAnalytics.parse(given), today)).toEqual({ from, to });
	});
});

describe('what was looked at', () => {
	test('is the same from single views as from what they came to', async () => {
		await see(2, 'ada', { route: '/a', referrer: 'news.example', browser: 'Firefox' });
		await see(2, 'ada', { route: '/b', browser: 'Firefox' });
		await see(1, 'bob', { route: '/a', referrer: '', browser: 'Safari' });
		await see(0, 'bob', { route: '/a', browser: 'Safari' });

		const single = await read();
		await rollUpDays(UNHURRIED);
		await db.pageView.deleteMany({ where: { at: { lt: new Date(`${today}T00:00Z`) } } });
		const counted = await read();

		expect(counted).toEqual(single);
		expect(counted.total).toEqual({ views: 4, visitors: 3 });
		expect(counted.days.map(({ views }) => views)).toEqual([0, 0, 0, 0, 2, 1, 1]);
		expect(counted.by.route).toEqual({
			names: [
				{ name: '/a', views: 3, visitors: 3 },
				{ name: '/b', views: 1, visitors: 1 }
			],
			views: 4
		});
		expect(counted.by.browser.names).toMatchObject([{ name: 'Firefox' }, { name: 'Safari' }]);
		// Those who went on inside are no share of where people came from.
		expect(counted.by.referrer.views).toBe(2);
	});

	test('counts a day that no task has counted yet', async () => {
		await see(2, 'ada');
		await rollUpDays(UNHURRIED);
		await db.viewTotal.deleteMany({ where: { day: new Date(daysAgo(1)) } });
		await see(1, 'ada');

		expect((await read({ from: daysAgo(2), to: daysAgo(1) })).days).toEqual([
			{ day: daysAgo(2), views: 1, visitors: 1 },
			{ day: daysAgo(1), views: 1, visitors: 1 }
		]);
	});

	test('names what was seen most, and the rest as one', async () => {
		for (const route of ['/a', '/a', '/a', '/b', '/b', '/c', '/d']) await see(0, 'ada', { route });

		const { route } = (await read({ names: 2 })).by;

		expect(route).toMatchObject({
			names: [{ name: '/a' }, { name: '/b' }],
			others: { views: 2 },
			views: 7
		});
	});

	test('of one day comes by the hour', async () => {
		await see(1, 'ada', { at: new Date(`${daysAgo(1)}T23:59:59Z`) });
		await see(1, 'ada', { at: new Date(`${daysAgo(1)}T05:00:00Z`) });

		const { hours } = await read({ from: daysAgo(1), to: daysAgo(1) });

		expect(hours).toHaveLength(24);
		expect(hours?.filter(({ views }) => views > 0).map(({ hour }) => hour)).toEqual([5, 23]);
	});

	test('of today comes up to the present hour', async () => {
		await see(0, 'ada');

		const { hours } = await read({ days: '1' });

		expect(hours?.at(-1)?.hour).toBe((await countedDays()).hour);
		expect(hours?.[0]).toEqual({ hour: 0, views: 1, visitors: 1 });
	});

	test('is multiplied by what each view stands for', async () => {
		await see(0, 'ada', { weight: 10 });
		await see(0, 'ada', { weight: 10 });

		expect((await read({ days: '1' })).total).toEqual({ views: 20, visitors: 10 });
	});

	test('of very much of today is what was counted of it, after somebody has looked', async () => {
		await db.$executeRaw`
			INSERT INTO page_views (id, at, route, visitor, device)
			SELECT gen_random_uuid(), ${new Date(`${today}T00:00Z`)}, '/', 'ada', 'desktop'
			FROM generate_series(1, 20001)`;

		const first = await read({ days: '1' });
		await drainDeferred();
		const second = await read({ days: '1' });

		expect(first).toMatchObject({ isCounting: true, total: { views: 0 }, hours: undefined });
		expect(second).toMatchObject({ isCounting: false, total: { views: 20_001, visitors: 1 } });
		expect(second.countedAt).toBeInstanceOf(Date);
		expect(second.hours?.[0]).toEqual({ hour: 0, views: 20_001, visitors: 1 });
		expect(second.by.route.names).toEqual([{ name: '/', views: 20_001, visitors: 1 }]);
	});

	test('of a day that was counted while it went on says when that was, until it is counted again', async () => {
		await see(1, 'ada');
		await rollUpDays(UNHURRIED);
		const countedAt = new Date(`${daysAgo(1)}T23:55:00Z`);
		await db.viewTotal.updateMany({ data: { countedAt } });

		expect((await read()).countedAt).toEqual(countedAt);
		await drainDeferred();

		expect((await read()).countedAt).toBeNull();
	});

	test('is read with few statements, however many days', async () => {
		await see(0, 'ada');

		expect(await countStatements(() => read({ days: '90' }))).toBeLessThanOrEqual(3);
		expect(await countStatements(() => read({ days: '1' }))).toBeLessThanOrEqual(4);
	});
});

test('who is here now opened a page within five minutes', async () => {
	const ago = (ms: number) => new Date(Date.now() - ms);
	await see(0, 'ada', { route: '/a', at: ago(1_000) });
	await see(0, 'ada', { route: '/b', at: ago(2_000) });
	await see(0, 'bob', { route: '/a', at: ago(290_000) });
	await see(0, 'gone', { route: '/a', at: ago(301_000) });

	expect(await getLive(admin)).toEqual({
		online: 2,
		routes: [
			{ route: '/a', visitors: 2 },
			{ route: '/b', visitors: 1 }
		]
	});
});
