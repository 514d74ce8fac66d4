import pg from 'pg';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { db } from '../db';
import { env } from '../env';
import { RETENTION } from '../retention';
import type { PersonalActor } from './actor';
import { UNHURRIED } from './batches';
import { measureSizes, purgeSizes, readGrowth } from './database-sizes';

let admin: PersonalActor;

beforeAll(async () => {
	admin = await createAdmin();
});

beforeEach(async () => {
	await db.$executeRaw`DELETE FROM database_sizes`;
});

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const dayOf = (at: Date) => at.toISOString().slice(0, 10);

/** A measurement of the past. */
const measured = (days: number, bytes: number, relation = '') =>
	db.databaseSize.create({
		data: { day: daysAgo(days), relation, bytes },
		select: { day: true }
	});

test('before anything was measured there is nothing to show', async () => {
	expect(await readGrowth(admin)).toEqual({ days: [], tablesBefore: {} });
});

test('the database and its tables are measured, once a day however often', async () => {
	await measureSizes();
	const tables = await measureSizes();

	const [{ bytes = 0 } = {}] = await db.$queryRaw<{ bytes: number }[]>`
		SELECT pg_database_size(current_database())::float AS bytes`;
	const { days } = await readGrowth(admin);
	expect(days).toHaveLength(1);
	expect(days[0]?.day).toBe(dayOf(new Date()));
	expect((days[0]?.bytes ?? 0) / bytes).toBeCloseTo(1, 1);
	expect(tables).toBeGreaterThan(30);
	expect(await db.databaseSize.count()).toBe(tables + 1);
});

test('days come the oldest first, and tables with their size of a week ago', async () => {
	await measured(9, 90);
	await measured(7, 100);
	await measured(1, 160);
	await measured(9, 9, 'public.ideas');
	await measured(5, 20, 'public.ideas');
	await measured(2, 30, 'public.ideas');
	await measured(0, 40, 'public.ideas');

	expect(await readGrowth(admin)).toEqual({
		days: [
			{ day: dayOf(daysAgo(9)), bytes: 90 },
			{ day: dayOf(daysAgo(7)), bytes: 100 },
			{ day: dayOf(daysAgo(1)), bytes: 160 }
		],
		tablesBefore: { 'public.ideas': 20 }
	});
});

test('a table that somebody holds is left out, and not waited for', async () => {
	const owner = new pg.Client(env().DATABASE_URL);
	await owner.connect();
	await owner.query('BEGIN; LOCK TABLE daily_salts');

	await measureSizes();
	await owner.query('ROLLBACK');
	await owner.end();

	const relations = (await db.databaseSize.findMany()).map(({ relation }) => relation);
	expect(relations).toContain('public.ideas');
	expect(relations).not.toContain('public.daily_salts');
});

test('sizes are forgotten after their time', async () => {
	await measured(RETENTION.databaseSizeDays + 1, 1);
	await measured(RETENTION.databaseSizeDays - 1, 2);

	expect(await purgeSizes(UNHURRIED)).toEqual({ deleted: 1, more: false });

	expect(await db.databaseSize.findMany({ select: { bytes: true } })).toEqual([{ bytes: 2n }]);
});
