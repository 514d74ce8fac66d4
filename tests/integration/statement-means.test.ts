import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { db } from '$lib/server/db';
import type { PersonalActor } from '$lib/server/services/actor';
import { readStatementMeans } from '$lib/server/services/statement-times';
import { createAdmin } from '#tests/support/factories';
import { fastSettings } from '#tests/support/test-postgres';
import { dataFolder } from '../../scripts/local/data-folder.ts';
import { joinLocalPostgres, type LocalPostgres } from '../../scripts/local/postgres.ts';
import { applyMigrations } from '../../scripts/migrations/apply.ts';

/* A server of its own, because the library has to be there from the start. */

const folder = mkdtempSync(join(tmpdir(), 'coda-means-'));
let postgres: LocalPostgres;
let owner: pg.Client;
let admin: PersonalActor;

beforeAll(async () => {
	postgres = await joinLocalPostgres({
		folder: dataFolder(folder),
		database: 'coda',
		settings: [...fastSettings, 'shared_preload_libraries=pg_stat_statements']
	});
	await applyMigrations({ url: postgres.url });
	process.env.DATABASE_URL = postgres.url;
	owner = new pg.Client(postgres.url);
	await owner.connect();
	admin = await createAdmin();
}, 60_000);

afterAll(async () => {
	await db.$disconnect();
	await owner.end();
	await postgres.leave();
	rmSync(folder, { recursive: true, force: true });
});

test('a library that is loaded and not installed is none', async () => {
	expect(await readStatementMeans(admin)).toBeNull();
});

test('the server’s means are read from whatever schema they are in, without values', async () => {
	await owner.query(
		'CREATE SCHEMA "Odd Place"; CREATE EXTENSION pg_stat_statements SCHEMA "Odd Place"'
	);
	await owner.query(`SELECT pg_sleep(0.05), 'a secret'`);
	await owner.query(`SELECT pg_sleep(0.15), 'another'`);

	const means = await readStatementMeans(admin);

	const slept = means?.find(({ query }) => query.includes('pg_sleep'));
	expect(slept).toMatchObject({ query: 'SELECT pg_sleep($1), $2', calls: 2 });
	expect(slept?.meanMs).toBeGreaterThan(90);
	expect(slept?.slowestMs).toBeGreaterThan(140);
	expect(slept?.totalMs).toBeGreaterThan(190);
});
