import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAdmin } from '#tests/support/factories';
import { countStatements } from '#tests/support/statements';
import { copyOfTemplate, dropCopy } from '#tests/support/test-postgres';
import { db } from '../db';
import { env } from '../env';
import type { PersonalActor } from './actor';
import { readStorage } from './database-storage';

let admin: PersonalActor;
let owner: pg.Client;

/** Tables and indexes of every awkward kind. */
const MADE = `
	CREATE SCHEMA "Other Place";
	CREATE TABLE "Other Place"."Mixed ""Case"" O'Clock" (id int PRIMARY KEY, "Some Text" text);
	INSERT INTO "Other Place"."Mixed ""Case"" O'Clock"
		SELECT n, (SELECT string_agg(md5(n::text || m::text), '') FROM generate_series(1, 200) AS m)
		FROM generate_series(1, 300) AS n;
	CREATE INDEX "An Index" ON "Other Place"."Mixed ""Case"" O'Clock" (left("Some Text", 9));
	CREATE TABLE many (id int PRIMARY KEY, a int, b int, c text);
	INSERT INTO many SELECT n, n % 7, n % 11, 'text' FROM generate_series(1, 20000) AS n;
	CREATE INDEX many_a ON many (a);
	CREATE INDEX many_a_again ON many (a);
	CREATE INDEX many_a_b ON many (a, b);
	CREATE INDEX many_b ON many (b);
	CREATE INDEX many_b_some ON many (b) WHERE a = 1;
	CREATE INDEX many_a_down ON many (a DESC NULLS LAST);
	CREATE INDEX many_id ON many (id);
	CREATE UNIQUE INDEX many_id_a ON many (id, a);
	ANALYZE;`;

beforeAll(async () => {
	admin = await createAdmin();
	owner = new pg.Client(env().DATABASE_URL);
	await owner.connect();
	await owner.query(MADE);
});

afterAll(() => owner.end());

const table = async (name: string) =>
	(await readStorage(admin)).tables.find((one) => one.name === name);
const index = async (name: string) =>
	(await readStorage(admin)).indexes.find((one) => one.name === name);

test('everything is read in three statements', async () => {
	expect(await countStatements(() => readStorage(admin))).toBe(3);
});

test('the database says how large it is and since when it counts', async () => {
	const { figures } = await readStorage(admin);
	const { rows } = await owner.query<{ bytes: string }>(
		'SELECT pg_database_size(current_database()) AS bytes'
	);

	expect(figures.bytes).toBeCloseTo(Number(rows[0]?.bytes), -6);
	expect(figures.hitShare).toBeGreaterThan(0);
	expect(figures.hitShare).toBeLessThanOrEqual(1);
	expect(figures.version).toMatch(/^\d+\.\d+/);
	expect(figures.ageTransactions).toBeLessThan(figures.freezeTransactions);
});

test('figures that were set to zero a moment ago say since when, and divide nothing by nothing', async () => {
	await owner.query('SELECT pg_stat_reset()');

	const { figures } = await readStorage(admin);

	expect(Date.now() - (figures.statsSince?.valueOf() ?? 0)).toBeLessThan(60_000);
	expect([null, expect.any(Number)]).toContainEqual(figures.hitShare);
});

describe('tables', () => {
	test('of any schema have their names as they are, and the parts of their sizes', async () => {
		const found = await table(`Mixed "Case" O'Clock`);

		expect(found).toMatchObject({ schema: 'Other Place', rows: 300, deadRows: 0 });
		const { totalBytes, heapBytes, indexBytes, toastBytes } = found ?? {};
		expect(heapBytes).toBeGreaterThan(0);
		expect(indexBytes).toBeGreaterThan(0);
		expect(toastBytes).toBeGreaterThan(300 * 1_000);
		// What is left are the maps of what is free and what is seen by all.
		expect(
			(totalBytes ?? 0) - (heapBytes ?? 0) - (indexBytes ?? 0) - (toastBytes ?? 0)
		).toBeLessThan(100_000);
	});

	test('stand the largest first, and none of the server’s own is among them', async () => {
		const { tables } = await readStorage(admin);
		const sizes = tables.map(({ totalBytes }) => totalBytes ?? 0);

		expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
		expect(tables.filter(({ schema }) => schema.startsWith('pg_'))).toEqual([]);
		expect(tables.map(({ name }) => name)).toContain('ideas');
	});

	test('that are locked are listed without a size, and nobody waits for them', async () => {
		await owner.query('BEGIN; LOCK TABLE many; LOCK TABLE "Other Place"."Mixed ""Case"" O\'Clock"');

		const found = await table('many');
		const [seen] = await db.$queryRaw<{ locks: number }[]>`
			SELECT count(*)::int AS locks FROM pg_locks WHERE NOT granted`;
		await owner.query('ROLLBACK');

		expect(found).toMatchObject({
			totalBytes: null,
			heapBytes: null,
			indexBytes: null,
			rows: 20_000
		});
		expect(seen?.locks).toBe(0);
		expect((await table('many'))?.totalBytes).toBeGreaterThan(0);
	});

	test('that are locked in another database are not taken for ours, though their numbers are the same', async () => {
		const url = await copyOfTemplate();
		const elsewhere = new pg.Client(url);
		await elsewhere.connect();
		await elsewhere.query('BEGIN; LOCK TABLE ideas');

		const found = await table('ideas');
		await elsewhere.end();
		await dropCopy(url);

		expect(found?.totalBytes).toBeGreaterThan(0);
	});

	test('say how often all of them was read', async () => {
		await owner.query('SELECT count(*) FROM many WHERE c = $1', ['nothing']);
		await owner.query('SELECT pg_stat_force_next_flush()');
		await owner.query('SELECT 1');

		const found = await table('many');

		expect(found?.fullReads).toBeGreaterThan(0);
		expect(found?.fullReadRows).toBeGreaterThanOrEqual(20_000);
	});
});

describe('indexes', () => {
	test('that another one makes needless name it', async () => {
		expect(await index('many_a_again')).toMatchObject({ coveredBy: 'many_a', table: 'many' });
		expect(await index('many_a')).toMatchObject({ coveredBy: 'many_a_b' });
		expect(await index('many_id')).toMatchObject({ coveredBy: 'many_pkey' });
	});

	test('that differ in condition, direction or columns are needed', async () => {
		for (const name of [
			'many_a_b',
			'many_b',
			'many_b_some',
			'many_a_down',
			'many_pkey',
			'many_id_a'
		])
			expect(await index(name), name).toMatchObject({ coveredBy: null });
	});

	test('that keep something true are not for being read', async () => {
		expect(await index('many_pkey')).toMatchObject({ isUnique: true, isInvalid: false });
		expect(await index('many_b')).toMatchObject({ isUnique: false });
	});

	test('that could not be built are told', async () => {
		await owner
			.query('CREATE UNIQUE INDEX CONCURRENTLY many_never ON many (a)')
			// It fails on purpose: what it leaves is looked for below.
			.catch(() => undefined);

		expect(await index('many_never')).toMatchObject({ isInvalid: true });
		await owner.query('DROP INDEX many_never');
	});

	test('stand the least used first', async () => {
		await owner.query('SET enable_seqscan = off');
		await owner.query('SELECT count(*) FROM many WHERE b = 3');
		await owner.query('SELECT pg_stat_force_next_flush()');
		await owner.query('SELECT 1');

		const { indexes } = await readStorage(admin);
		const scans = indexes.map((one) => one.scans);

		expect(scans).toEqual(scans.toSorted((a, b) => a - b));
		expect((await index('many_b'))?.scans).toBeGreaterThan(0);
	});

	test('of Coda itself are neither needless nor broken', async () => {
		const { indexes } = await readStorage(admin);
		const ours = indexes.filter(({ schema, table }) => schema === 'public' && table !== 'many');

		expect(ours.filter(({ coveredBy, isInvalid }) => coveredBy || isInvalid)).toEqual([]);
	});
});
