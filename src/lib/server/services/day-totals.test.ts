import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '../db';
import { readSwitches } from '../switches';
import { UNHURRIED } from './batches';
import { drainDeferred } from '../defer';
import { countTodaySoon, rollUpDays } from './day-totals';
import { countedDays, dayAfter } from './days';
import { OTHER_NAMES } from './view-totals';

beforeEach(async () => {
	await db.pageView.deleteMany();
	await db.viewTotal.deleteMany();
});

const { today } = await countedDays();
const daysAgo = (days: number) => dayAfter(today, -days);

interface Seen {
	route?: string;
	referrer?: string | null;
	country?: string;
	weight?: number;
	at?: string;
}

/** A view at noon (UTC), so many days ago. */
const see = (days: number, visitor: string, { at = '12:00', route = '/', ...more }: Seen = {}) =>
	db.pageView.create({
		data: {
			...{ at: new Date(`${daysAgo(days)}T${at}Z`), visitor, route, device: 'desktop' },
			...more
		}
	});

const totals = async (kind: string) =>
	(
		await db.viewTotal.findMany({ where: { kind }, orderBy: [{ day: 'asc' }, { name: 'asc' }] })
	).map(({ day, name, views, visitors }) => [
		day.toISOString().slice(0, 10),
		name,
		Number(views),
		Number(visitors)
	]);

describe('the days that are over', () => {
	test('are counted by everything that a view says, and today is not', async () => {
		await see(1, 'ada', { route: '/a', referrer: 'news.example', country: 'DE' });
		await see(1, 'ada', { route: '/b', country: 'DE' });
		await see(1, 'bob', { route: '/a', referrer: '' });
		await see(0, 'ada');

		expect(await rollUpDays(UNHURRIED)).toEqual({ days: 1, more: false });

		const yesterday = daysAgo(1);
		expect(await totals('all')).toEqual([[yesterday, '', 3, 2]]);
		expect(await totals('route')).toEqual([
			[yesterday, '/a', 2, 2],
			[yesterday, '/b', 1, 1]
		]);
		// Whoever goes on inside came from nowhere.
		expect(await totals('referrer')).toEqual([
			[yesterday, '', 1, 1],
			[yesterday, 'news.example', 1, 1]
		]);
		expect(await totals('country')).toEqual([
			[yesterday, '', 1, 1],
			[yesterday, 'DE', 2, 1]
		]);
		expect(await totals('device')).toEqual([[yesterday, 'desktop', 3, 2]]);
	});

	test('begin and end at midnight, UTC', async () => {
		await see(2, 'ada', { at: '23:59:59.999' });
		await see(1, 'ada', { at: '00:00:00.000' });

		await rollUpDays(UNHURRIED);

		expect(await totals('all')).toEqual([
			[daysAgo(2), '', 1, 1],
			[daysAgo(1), '', 1, 1]
		]);
	});

	test('come to the same however often they are counted, and by however many at once', async () => {
		await see(2, 'ada');
		await see(1, 'ada');
		await rollUpDays(UNHURRIED);
		const once = await totals('all');

		await Promise.all([rollUpDays(UNHURRIED), rollUpDays(UNHURRIED), rollUpDays(UNHURRIED)]);

		expect(await totals('all')).toEqual(once);
	});

	test('are counted up to the last one that was, which is counted again', async () => {
		await see(3, 'ada');
		await rollUpDays(UNHURRIED);
		await see(1, 'came late');
		await see(3, 'came after it was counted for good');

		expect(await rollUpDays(UNHURRIED)).toEqual({ days: 1, more: false });

		expect(await totals('all')).toEqual([
			[daysAgo(3), '', 1, 1],
			[daysAgo(2), '', 0, 0],
			[daysAgo(1), '', 1, 1]
		]);
	});

	test('hold when their views are gone', async () => {
		await db.viewTotal.create({
			data: { day: new Date(daysAgo(40)), kind: 'all', name: '', views: 7, visitors: 5 }
		});

		await rollUpDays(UNHURRIED);

		expect((await totals('all'))[0]).toEqual([daysAgo(40), '', 7, 5]);
		expect(await totals('all')).toHaveLength(40);
	});

	test('wait for the next run when the time is up', async () => {
		await see(5, 'ada');
		let asked = 0;

		const first = await rollUpDays({ hasTime: () => ++asked <= 2 });
		const second = await rollUpDays(UNHURRIED);

		expect(first).toEqual({ days: 2, more: true });
		// The last one again, and the three after it.
		expect(second).toEqual({ days: 4, more: false });
	});
});

test('a view counts for as many as it stands for, and a visitor for the fewest', async () => {
	await see(1, 'ada', { weight: 1 });
	await see(1, 'ada', { weight: 10 });
	await see(1, 'bob', { weight: 10 });

	await rollUpDays(UNHURRIED);

	expect(await totals('all')).toEqual([[daysAgo(1), '', 21, 11]]);
});

test('of made-up referrers a day keeps two hundred, and the rest as one', async () => {
	await see(1, 'ada', { referrer: 'zz.example' });
	await see(1, 'bob', { referrer: 'zz.example' });
	await db.pageView.createMany({
		data: Array.from({ length: 250 }, (_, n) => ({
			...{ at: new Date(`${daysAgo(1)}T12:00Z`), visitor: 'mallory', route: '/' },
			...{ device: 'desktop', referrer: `made-up-${n}.example` }
		}))
	});

	await rollUpDays(UNHURRIED);

	const referrers = await totals('referrer');
	expect(referrers).toHaveLength(201);
	expect(referrers).toContainEqual([daysAgo(1), 'zz.example', 2, 2]);
	expect(referrers).toContainEqual([daysAgo(1), OTHER_NAMES, 51, 51]);
});

describe('today', () => {
	const counted = async (given: object = {}) => {
		countTodaySoon({ ...(await countedDays()), ...given });
		await drainDeferred();
	};

	test('is left to whoever looks where it has little', async () => {
		await see(0, 'ada', { at: '00:00' });

		await counted();

		expect(await totals('all')).toEqual([]);
	});

	test('is counted together where it has much, with its hours', async () => {
		await see(0, 'ada', { at: '00:00' });
		await see(0, 'ada', { at: '00:00:01' });

		await counted({ isMuch: true });

		expect((await totals('all')).at(-1)).toEqual([today, '', 2, 1]);
		expect(await totals('hour')).toEqual([[today, '00', 2, 1]]);
		expect(await countedDays()).toMatchObject({ last: today, isMuch: false });
	});

	test('is counted again once that is old, and not before', async () => {
		await see(0, 'ada', { at: '00:00' });
		await counted({ isMuch: true });
		await see(0, 'bob', { at: '00:00' });

		await counted();
		expect((await totals('all')).at(-1)).toEqual([today, '', 1, 1]);
		await db.$executeRaw`UPDATE view_totals SET counted_at = counted_at - interval '6 minutes'`;
		await counted();

		expect((await totals('all')).at(-1)).toEqual([today, '', 2, 2]);
	});

	test('is a day like any other once it is over', async () => {
		await see(1, 'ada');
		await rollUpDays(UNHURRIED);
		await see(1, 'bob');

		expect(await rollUpDays(UNHURRIED)).toEqual({ days: 1, more: false });
		expect(await totals('all')).toEqual([[daysAgo(1), '', 2, 2]]);
	});

	test('that was counted while it went on is counted to its end for whoever looks', async () => {
		await see(1, 'ada');
		await rollUpDays(UNHURRIED);
		const before = new Date(`${daysAgo(1)}T23:59:59Z`);
		await db.viewTotal.updateMany({ data: { countedAt: before } });
		await see(1, 'bob', { at: '23:59:59.500' });

		await counted();

		expect(await totals('all')).toEqual([[daysAgo(1), '', 2, 2]]);
		await see(1, 'came late');
		await counted();
		expect(await totals('all')).toEqual([[daysAgo(1), '', 2, 2]]);
	});

	test('is not counted while nothing may be written', async () => {
		await see(0, 'ada', { at: '00:00' });
		await db.switch.create({ data: { name: 'maintenance', value: { mode: 'read-only' } } });
		await readSwitches();

		await counted({ isMuch: true });
		await db.switch.deleteMany();
		await readSwitches();

		expect(await totals('all')).toEqual([]);
	});
});
