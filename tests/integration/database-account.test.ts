import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorKindOf, isDatabaseUnreachable } from '$lib/server/database-error';
import { adapterFor, db } from '$lib/server/db';
import { PrismaClient } from '$lib/server/prisma/client';
import type { PersonalActor } from '$lib/server/services/actor';
import {
	cancelStatement,
	endConnection,
	listActivity
} from '$lib/server/services/database-activity';
import { getActivity, getStatements, getStorage } from '$lib/server/services/database-report';
import { measureSizes } from '$lib/server/services/database-sizes';
import { countStatements } from '#tests/support/statements';
import { createAdmin } from '#tests/support/factories';
import { startStatement, type RunningStatement } from '#tests/support/running-statement';

/*
 * The page of the database as seen by an account that is no superuser and has no right beyond its tables. The
 * whole of this file runs as it: the address is changed before anything asks for it.
 */

const ownerUrl = process.env.DATABASE_URL ?? '';
const role = `coda_plain_${process.pid}`;
const MOST = 3;

let admin: PersonalActor;
let owner: pg.Client;

const pidOf = async (client: pg.Client) =>
	(await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;

beforeAll(async () => {
	owner = new pg.Client({ connectionString: ownerUrl, application_name: 'coda-test-owner' });
	await owner.connect();
	await owner.query(`
		CREATE ROLE ${role} LOGIN PASSWORD 'plain' CONNECTION LIMIT ${MOST};
		GRANT USAGE ON SCHEMA public TO ${role};
		GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`);
	const url = new URL(ownerUrl);
	[url.username, url.password] = [role, 'plain'];
	process.env.DATABASE_URL = url.href;
	admin = await createAdmin();
});

afterAll(async () => {
	await db.$disconnect();
	await owner.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
	await owner.end();
});

describe('an account with no right beyond its tables', () => {
	test('reads everything else, in at most ten statements', async () => {
		let storage: Awaited<ReturnType<typeof getStorage>> | undefined;

		const statements = await countStatements(async () => {
			await getActivity(admin);
			storage = await getStorage(admin);
			await getStatements(admin, { hours: 24 });
		});

		expect(statements).toBeLessThanOrEqual(10);
		expect(storage?.figures.bytes).toBeGreaterThan(1_000_000);
		expect(storage?.tables.find(({ name }) => name === 'ideas')?.totalBytes).toBeGreaterThan(0);
		expect(storage?.indexes.length).toBeGreaterThan(50);
		expect(storage?.replica).toEqual({ state: 'none' });
		expect(await measureSizes()).toBeGreaterThan(30);
	});

	test('is told that it does not see what others do, and how many it may have', async () => {
		const { connections } = await getActivity(admin);

		expect(connections).toMatchObject({ seesOthers: false, ownLimit: MOST });
		expect(connections.groups).toContainEqual({
			...{ application: 'coda-test-owner', state: 'unknown', connections: 1 },
			oldestTransactionSeconds: 0
		});
	});

	test('sees who holds it up, and not with what', async () => {
		const client = new pg.Client(process.env.DATABASE_URL);
		await client.connect();
		const [holder, waiting] = [await pidOf(owner), await pidOf(client)];
		await owner.query(`BEGIN; SELECT 'a secret'; LOCK TABLE daily_salts`);
		const answer = client.query('SELECT count(*) FROM daily_salts');

		await expect
			.poll(() => listActivity(admin), { timeout: 5_000 })
			.toMatchObject([
				{ pid: holder, state: 'unknown', query: null, mayEnd: false },
				{ pid: waiting, blockedBy: [holder], mayEnd: true }
			]);

		await owner.query('ROLLBACK');
		await answer;
		await client.end();
	});

	describe('to whom all statistics are shown', () => {
		let running: RunningStatement;

		beforeAll(async () => {
			await owner.query(`GRANT pg_read_all_stats TO ${role}`);
			running = await startStatement(ownerUrl);
		});

		afterAll(async () => {
			await owner.query('SELECT pg_terminate_backend($1)', [running.pid]);
			await owner.query(`REVOKE pg_read_all_stats FROM ${role}`);
			await running.ended;
		});

		test('sees what others do', async () => {
			expect((await getActivity(admin)).connections.seesOthers).toBe(true);
		});

		test('ends nothing of a superuser, and that leaves no entry', async () => {
			const refused = { code: 'FORBIDDEN', cause: { reason: 'database.notAllowed' } };

			await expect(cancelStatement(admin, running)).rejects.toMatchObject(refused);
			await expect(endConnection(admin, running)).rejects.toMatchObject(refused);

			expect(await db.auditEntry.count({ where: { targetKind: 'connection' } })).toBe(0);
		});
	});
});

describe('when all connections are taken', () => {
	test('the page answers with the one that is open, and another process is told why not', async () => {
		await db.$disconnect();
		await getActivity(admin);
		const taken: pg.Client[] = [];
		for (let left = MOST - 1; left > 0; left -= 1) {
			const client = new pg.Client(process.env.DATABASE_URL);
			await client.connect();
			taken.push(client);
		}
		const other = new PrismaClient({ adapter: adapterFor(process.env.DATABASE_URL ?? '', 1) });

		const { connections } = await getActivity(admin);
		await getStorage(admin);
		await getStatements(admin, { hours: 24 });
		const error: unknown = await listActivity(admin, other).catch((error: unknown) => error);

		await Promise.all([...taken.map((client) => client.end()), other.$disconnect()]);
		expect(connections.ownLimit).toBe(MOST);
		expect(isDatabaseUnreachable(error)).toBe(true);
		expect(errorKindOf(error)).toBe('full');
	});
});
