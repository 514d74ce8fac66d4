import pg from 'pg';
import { startApp, type App } from '../support/app-server';
import { createIdea, createPerson, expect, signIn, sql, test } from '../support/e2e';

test.setTimeout(60_000);

const POOL_MAX = 2;

/** Connections of the application to its database, by state. */
async function connections(app: App): Promise<Record<string, number>> {
	const rows = await sql<{ state: string; count: number }>(
		app,
		`SELECT coalesce(state, 'unknown') AS state, count(*)::int FROM pg_stat_activity
		 WHERE datname = current_database() AND application_name = 'coda-web' GROUP BY 1`
	);
	return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);

test('a pool with no connection left answers 503 with the time to wait, is counted, and recovers', async ({
	context
}) => {
	const app = await startApp({ env: { DATABASE_POOL_MAX: String(POOL_MAX) } });
	const holder = new pg.Client(app.databaseUrl);
	await holder.connect();
	try {
		const ada = await createPerson(app);
		await createIdea(app, ada, 'Still here');
		await signIn(app, context, ada);
		const [session] = await context.cookies();
		const cookie = `coda-session=${session?.value}`;
		const ask = () => fetch(`${app.origin}/ideas`, { headers: { cookie } });
		expect((await ask()).status).toBe(200);

		// Whoever reads ideas now holds a connection until this ends.
		await holder.query('BEGIN; LOCK TABLE idea_members IN ACCESS EXCLUSIVE MODE');
		const asked = Array.from({ length: 40 }, ask);
		const refused = await Promise.any(
			asked.map(async (answer) => {
				const response = await answer;
				if (response.status !== 503) throw new Error(String(response.status));
				return response;
			})
		);
		const live = await fetch(`${app.origin}/healthz`);
		await holder.query('ROLLBACK');
		const statuses = await Promise.all(asked.map(async (answer) => (await answer).status));

		expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
		expect(live.status).toBe(200);
		expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
		await expect.poll(async () => (await ask()).status).toBe(200);
		expect(sum(await connections(app))).toBeLessThanOrEqual(POOL_MAX);
		await expect
			.poll(
				async () => {
					const response = await fetch(`${app.origin}/readyz?verbose`, {
						headers: { authorization: `Bearer ${app.cronSecret}` }
					});
					const { counters } = (await response.json()) as { counters: Record<string, number> };
					return counters['answers.unavailable'];
				},
				{ timeout: 10_000 }
			)
			.toBe(statuses.filter((status) => status === 503).length);
	} finally {
		await holder.end();
		await app.stop();
	}
});

test('a server that takes no more connections is an outage and not a crash', async ({
	app: ready,
	context
}) => {
	const role = `crowded_${process.pid}`;
	await sql(ready, `CREATE ROLE ${role} LOGIN PASSWORD 'tests-only' CONNECTION LIMIT 1`);
	await sql(
		ready,
		`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`
	);
	const url = new URL(ready.databaseUrl);
	url.username = role;
	url.password = 'tests-only';
	const only = new pg.Client(url.href);
	await only.connect();
	const app = await startApp({ databaseUrl: url.href });
	try {
		const ada = await createPerson(ready);
		await createIdea(ready, ada, 'Still here');
		await signIn({ ...ready, origin: app.origin }, context, ada);

		const refused = await context.request.get(`${app.origin}/ideas`);
		const notReady = await fetch(`${app.origin}/readyz`);
		const whole = notReady.status;
		await only.end();

		expect(refused.status()).toBe(503);
		expect(Number(refused.headers()['retry-after'])).toBeGreaterThan(0);
		expect(whole).toBe(503);
		expect(await notReady.json()).toMatchObject({
			status: 'down',
			checks: expect.arrayContaining([{ name: 'database', status: 'down' }])
		});
		await expect
			.poll(async () => (await context.request.get(`${app.origin}/ideas`)).status())
			.toBe(200);
		expect(app.output()).toContain('Database connection failed');
	} finally {
		await app.stop();
		await sql(ready, `DROP OWNED BY ${role}`);
		await sql(ready, `DROP ROLE ${role}`);
	}
});

test('under load there are never more connections than the pool may have, and afterwards all idle', async ({
	context
}) => {
	const app = await startApp({ env: { DATABASE_POOL_MAX: '4' } });
	const watcher = new pg.Client(app.databaseUrl);
	await watcher.connect();
	try {
		const ada = await createPerson(app);
		await createIdea(app, ada, 'Asked for often');
		await signIn(app, context, ada);
		const [session] = await context.cookies();
		const cookie = `coda-session=${session?.value}`;
		let most = 0;
		let loaded = true;
		const watching = (async () => {
			while (loaded) {
				const { rows } = await watcher.query<{ count: number }>(
					`SELECT count(*)::int FROM pg_stat_activity, pg_sleep(0.02)
					 WHERE datname = current_database() AND application_name = 'coda-web'`
				);
				most = Math.max(most, rows[0]?.count ?? 0);
			}
		})();

		const statuses: number[] = [];
		await Promise.all(
			Array.from({ length: 12 }, async () => {
				for (let n = 0; n < 5; n += 1) {
					statuses.push((await fetch(`${app.origin}/ideas`, { headers: { cookie } })).status);
				}
			})
		);
		loaded = false;
		await watching;

		expect(new Set(statuses)).toEqual(new Set([200]));
		expect(most).toBeGreaterThan(1);
		expect(most).toBeLessThanOrEqual(4);
		await expect.poll(async () => Object.keys(await connections(app))).toEqual(['idle']);
	} finally {
		await watcher.end();
		await app.stop();
	}
});
