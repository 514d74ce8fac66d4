import { Agent } from 'node:http';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectPath } from '../../scripts/local/project.ts';
import { withConnection } from '../../scripts/local/postgres-connection.ts';
import { startApp } from '../support/app-server.ts';
import { seedLoads, seedOlderHistograms, seedViews } from './analytics.ts';
import { statusOf } from './load.ts';
import { seedLines } from './logs.ts';
import { seedPeople } from './people.ts';
import type { Row } from './report.ts';
import { startStatementProxy, type StatementProxy } from './statement-proxy.ts';
import { timed, timesOf } from './times.ts';
import { seedTotals } from './traffic.ts';
import { seedTroubles } from './troubles.ts';

const VISITS = 15;
const MOST_MS = 500;
const MOST_STATEMENTS = 10;
/** As long as the application keeps an answer that it gives to everyone. */
const KEPT_MS = 6_000;

/** What a process writes and reads for itself, seconds after what it is about. */
const BY_ITSELF =
	/INSERT INTO (request_totals|releases|log_lines|statement_errors|statement_times|tasks)\b|FROM switches|UPDATE "public"\."sessions"/;

/** A day that has much is counted after the answer: a visit that meets it says nothing of the page. */
const COUNTING =
	/(INTO|FROM) (view_totals|vital_histograms)\s+(\(day|WHERE day = )|pg_advisory_xact_lock/;

/** The ways in which an operator looks at a page, besides the plain one. */
const WAYS: Record<string, string[]> = {
	'/admin': ['?range=day', '?range=week'],
	'/admin/analytics': ['?days=1', '?days=7', '?days=90'],
	'/admin/analytics/vitals': ['?days=1', '?days=90'],
	'/admin/audit': ['?action=switch.set'],
	'/admin/crons': ['?task=send-outbox&state=failed'],
	'/admin/database': ['?hours=168'],
	'/admin/errors': ['?text=nowhere', '?state=resolved&source=browser'],
	'/admin/logs': [
		'?level=error',
		'?text=nowhere to be found',
		'?request=00000000000000000000000000000000'
	],
	'/admin/mail': ['?to=person-77%40b.test', '?state=failed'],
	'/admin/people': ['?q=person-4999']
};

/** One row of each table that a page of one thing shows. */
const IDS: Record<string, string> = {
	'/admin/crons/[id=uuid]': 'SELECT id FROM task_runs LIMIT 1',
	'/admin/errors/[id=uuid]': 'SELECT id FROM error_groups ORDER BY last_at DESC LIMIT 1',
	'/admin/incidents/[id=uuid]':
		'SELECT incident_id AS id FROM alerts WHERE incident_id IS NOT NULL ORDER BY fired_at LIMIT 1',
	'/admin/people/[id=uuid]': "SELECT id FROM users WHERE email = 'person-7@b.test'"
};

/** Every page of the operators, with tables as after weeks of much use, over HTTP and with all of its statements. */
export async function benchAdminPages(url: string): Promise<Row[]> {
	await seedViews(url, 'month');
	await seedLoads(url);
	await seedLines(url);
	await seedTotals(url);
	await seedTroubles(url);
	await rollUp();
	await seedOlderHistograms(url);
	const addresses = await addressesOf(url);
	const cookie = await makeAdmin(url);
	const proxy = await startStatementProxy(url);
	const app = await startApp({ databaseUrl: proxy.url, env: { LOG_LEVEL: 'info' } });
	try {
		const visit = visitor({ origin: app.origin, cookie, proxy });
		// A process that has answered nobody yet loads what all pages share.
		await visit('/ideas');
		const rows: Row[] = [];
		for (const address of addresses) {
			await holdTasks(url);
			rows.push(...(await measurePage(visit, address)));
		}
		await withConnection(url, (client) => client.query('TRUNCATE page_views, view_totals'));
		await seedViews(url, 'today');
		for (const address of addresses.filter((one) => /^\/admin\/analytics(\?|$)/.test(one))) {
			await holdTasks(url);
			const measured = await measurePage(visit, address);
			rows.push(...measured.map((row) => ({ ...row, name: `${row.name}, all views of one day` })));
		}
		return rows;
	} finally {
		await app.stop();
		await proxy.stop();
	}
}

/** Counts the days together, as the task does each night. */
async function rollUp(): Promise<void> {
	const { rollUpDays } = await import('../../src/lib/server/services/day-totals.ts');
	await rollUpDays({ hasTime: () => true });
}

/** Keeps the clock from running anything for a while: what it asks would be taken for the page's. */
async function holdTasks(url: string): Promise<void> {
	await withConnection(url, async (client) => {
		for (;;) {
			const { rowCount } = await client.query(
				`UPDATE tasks SET lease_run_id = gen_random_uuid(), lease_expires_at = now() + interval '55 seconds'`
			);
			if (rowCount) return;
			// The application writes down that they exist when it begins.
			await sleep(100);
		}
	});
}

/** Every page there is, by its file, so that none is forgotten. */
async function addressesOf(url: string): Promise<string[]> {
	const folder = projectPath('src/routes/(admin)');
	const routes = (await readdir(folder, { recursive: true }))
		.filter((file) => file.endsWith('+page.svelte'))
		.map((file) => `/${file.replaceAll('\\', '/').replace(/\/?\+page\.svelte$/, '')}`);
	const plain: string[] = [];
	for (const route of routes.toSorted()) {
		const query = IDS[route];
		if (!query && route.includes('[')) throw new Error(`Of which row is ${route}?`);
		const id =
			query && (await withConnection(url, (client) => client.query<{ id: string }>(query)));
		const address = id ? route.replace('[id=uuid]', id.rows[0]?.id ?? '') : route;
		plain.push(address, ...(WAYS[route] ?? []).map((way) => address + way.replaceAll(' ', '%20')));
	}
	return plain;
}

function makeAdmin(url: string): Promise<string> {
	return withConnection(url, async (client) => {
		const [admin] = await seedPeople(client, 1);
		await client.query("UPDATE users SET role = 'admin' WHERE id = $1", [admin?.userId]);
		return admin?.cookie ?? '';
	});
}

/** Looks at a page once. */
type Visit = (address: string) => Promise<{ ms: number; statements: string[] }>;

function visitor({
	origin,
	cookie,
	proxy
}: {
	origin: string;
	cookie: string;
	proxy: StatementProxy;
}): Visit {
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	const headers = () => ({ cookie: `coda-session=${cookie}`, 'accept-encoding': 'gzip' });
	return async (path) => {
		proxy.take();
		const [ms, status] = await timed(() => statusOf(origin, { path, headers }, agent));
		if (status !== 200) throw new Error(`${path} was answered with ${status}.`);
		return { ms, statements: proxy.take() };
	};
}

async function measurePage(visit: Visit, address: string): Promise<Row[]> {
	// What is kept for a while was forgotten by then: the first visit has to ask everything.
	if (!address.includes('?')) await sleep(KEPT_MS);
	const visits = [await visit(address)];
	while (visits.length < VISITS) visits.push(await visit(address));
	const { p50, p95, max } = timesOf(visits.map(({ ms }) => ms));
	const counted = visits
		.filter(({ statements }) => !statements.some((sql) => COUNTING.test(sql)))
		.map(({ statements }) => statements.filter((sql) => !BY_ITSELF.test(sql)));
	const statements = Math.max(0, ...counted.map(({ length }) => length));
	if (process.env.BENCH_SQL) {
		const most = counted.find(({ length }) => length === statements) ?? [];
		console.log(
			address,
			most.map((sql) => `\n   ${sql.replace(/\s+/g, ' ').slice(0, 150)}`).join('')
		);
	}
	const name = address.replace(/[0-9a-f-]{36}/, '…');
	return [
		{
			...{ name: `${name}: p95`, value: p95, unit: 'ms', limit: `≤${MOST_MS} ms` },
			peers: { p50, first: visits[0]?.ms ?? 0, max },
			ok: p95 <= MOST_MS
		},
		{
			...{ name: `${name}: statements at most`, value: statements, unit: 'statements' },
			...{ limit: `≤${MOST_STATEMENTS}`, ok: statements > 0 && statements <= MOST_STATEMENTS }
		}
	];
}
