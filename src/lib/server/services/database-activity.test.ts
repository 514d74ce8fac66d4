import pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAdmin, createIdeaFor } from '#tests/support/factories';
import { held } from '#tests/support/held-transactions';
import { countStatements } from '#tests/support/statements';
import { db } from '../db';
import { env } from '../env';
import type { PersonalActor } from './actor';
import {
	cancelStatement,
	endConnection,
	listActivity,
	type BusyConnection
} from './database-activity';

let admin: PersonalActor;
let opened: pg.Client[] = [];

beforeAll(async () => {
	admin = await createAdmin();
});

beforeEach(() => {
	opened = [];
});

afterEach(async () => {
	// Some were ended by what is tested here.
	await Promise.all(opened.map((client) => client.end().catch(() => undefined)));
});

/** A connection of another program. */
async function connect(name = 'coda-test-other'): Promise<pg.Client> {
	const client = new pg.Client({ connectionString: env().DATABASE_URL, application_name: name });
	// One that is ended says so, too.
	client.on('error', () => undefined);
	await client.connect();
	opened.push(client);
	return client;
}

/** Looks until there is something to see. */
async function seen(
	wanted: (one: BusyConnection) => boolean,
	withinMs = 12_000
): Promise<BusyConnection> {
	const until = performance.now() + withinMs;
	for (;;) {
		const found = (await listActivity(admin)).find(wanted);
		if (found) return found;
		if (performance.now() > until) throw new Error('It was not seen.');
	}
}

const pidOf = async (client: pg.Client) =>
	(await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;

describe('a statement that runs for six seconds', () => {
	test('is listed with what it does, and ends when it is cancelled', async () => {
		const client = await connect();
		const pid = await pidOf(client);
		const ending = client.query("SELECT pg_sleep(60), 'a literal'").catch((error: Error) => error);

		const found = await seen((one) => one.pid === pid);

		expect(found).toMatchObject({
			application: 'coda-test-other',
			state: 'active',
			waitsFor: 'Timeout: PgSleep',
			query: "SELECT pg_sleep(60), 'a literal'",
			blockedBy: [],
			isLong: true,
			isForgotten: false,
			mayEnd: true
		});
		expect(found.statementSeconds).toBeGreaterThan(5);
		await cancelStatement(admin, { pid, startedAt: found.startedAt ?? '' });
		expect(await ending).toMatchObject({ code: '57014' });
		// The connection itself stays.
		expect(await pidOf(client)).toBe(pid);
	}, 20_000);

	test('is cancelled once, however many ask, and what follows it goes on', async () => {
		const client = await connect();
		const pid = await pidOf(client);
		const ending = client.query('SELECT pg_sleep(60)').catch((error: Error) => error);
		const { startedAt } = await seen((one) => one.pid === pid);
		const ask = () => cancelStatement(admin, { pid, startedAt: startedAt ?? '' });
		await ask();
		await ending;

		const next = client.query<{ done: boolean }>('SELECT pg_sleep(0.5) IS NOT NULL AS done');

		await expect(ask()).rejects.toMatchObject({
			code: 'NOT_FOUND',
			cause: { reason: 'database.ended' }
		});
		expect((await next).rows).toEqual([{ done: true }]);
		expect(await db.auditEntry.count({ where: { targetId: String(pid) } })).toBe(1);
	}, 20_000);
});

test('what is over in a moment is not listed, and neither is the connection that asks', async () => {
	const client = await connect();
	await client.query('SELECT 1');

	expect(await listActivity(admin)).toEqual([]);
	expect(await countStatements(() => listActivity(admin))).toBe(1);
});

test('who waits for a lock is listed with whoever holds it, who comes first', async () => {
	const [holder, waiting] = [await connect('coda-test-holder'), await connect('coda-test-waiting')];
	const [holderPid, waitingPid] = [await pidOf(holder), await pidOf(waiting)];
	await holder.query('BEGIN; LOCK TABLE daily_salts');
	const ending = waiting.query('SELECT count(*) FROM daily_salts');

	await seen((one) => one.pid === waitingPid);

	expect(await listActivity(admin)).toMatchObject([
		{ pid: holderPid, state: 'idle in transaction', blockedBy: [], isLong: false },
		{ pid: waitingPid, waitsFor: 'Lock: relation', blockedBy: [holderPid] }
	]);
	await holder.query('ROLLBACK');
	await ending;
});

test('a connection is ended with its transaction', async () => {
	const client = await connect();
	const waiting = await connect();
	const [pid, waitingPid] = [await pidOf(client), await pidOf(waiting)];
	await client.query('BEGIN; LOCK TABLE daily_salts');
	const going = waiting.query('SELECT count(*) FROM daily_salts');
	await seen((one) => one.pid === waitingPid);
	const { connectedAt } = await seen((one) => one.pid === pid);

	await endConnection(admin, { pid, connectedAt: connectedAt ?? '' });

	await going;
	await expect(client.query('SELECT 1')).rejects.toThrow();
	await expect(endConnection(admin, { pid, connectedAt: connectedAt ?? '' })).rejects.toMatchObject(
		{ code: 'NOT_FOUND' }
	);
});

test('what is not connected to this database cannot be ended, nor what asks', async () => {
	const other = new pg.Client({
		connectionString: (env().DATABASE_URL ?? '').replace(/\/[^/?]+(?=\?|$)/, '/postgres')
	});
	await other.connect();
	opened.push(other);
	const [{ pid = 0, at = '' } = {}] = (
		await other.query<{ pid: number; at: string }>(
			`SELECT pid, backend_start::text AS at FROM pg_stat_activity WHERE pid = pg_backend_pid()`
		)
	).rows;

	await expect(endConnection(admin, { pid, connectedAt: at })).rejects.toMatchObject({
		code: 'NOT_FOUND'
	});
	expect((await other.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('our own statements show no values', async () => {
	const { id } = await createIdeaFor(admin, { title: 'Engine' });
	const release = await held(
		(tx) => tx.$queryRaw`SELECT id FROM ideas WHERE id = ${id}::uuid FOR UPDATE`
	);
	const writing = Promise.all([
		db.idea.update({ where: { id }, data: { title: 'A secret title' } })
	]);

	const found = await seen((one) => one.blockedBy.length > 0);

	expect(found.query).toContain('UPDATE');
	expect(found.query).not.toContain('secret');
	await release();
	await writing;
});
