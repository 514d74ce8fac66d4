/**
 * `pnpm bench:ops`: what watching Coda costs whoever uses it, and how long operators wait for what it shows them,
 * filled as after weeks of much use, on a Postgres that waits for its disk as a real one does. `--only pages` runs one
 * part, `--json` is for programs.
 */
import { parseArgs } from 'node:util';
import { benchAdminPages } from '../tests/bench/admin-pages.ts';
import { benchAlertTimes } from '../tests/bench/alert-times.ts';
import { benchAnalytics } from '../tests/bench/analytics.ts';
import { benchLogs } from '../tests/bench/logs.ts';
import type { Row } from '../tests/bench/report.ts';
import { benchStorm } from '../tests/bench/storm.ts';
import { benchTraffic } from '../tests/bench/traffic.ts';
import { benchWatching } from '../tests/bench/watching.ts';
import { ensureBuild } from './local/build.ts';
import { runDatabaseBench } from './local/database-bench.ts';
import { withConnection } from './local/postgres-connection.ts';
import { runScript, ScriptError } from './local/script.ts';

type Measure = (databaseUrl: string) => Promise<Row[]>;

/** Parts that measure the production build. Each part fills what it needs. */
const OF_THE_BUILD: Record<string, Measure> = {
	watching: benchWatching,
	pages: benchAdminPages,
	storm: benchStorm,
	alerts: benchAlertTimes
};

/** Every part. Those beyond load the application, which finds the database in the environment. */
const PARTS: Record<string, Measure> = {
	...OF_THE_BUILD,
	traffic: benchTraffic,
	analytics: benchAnalytics,
	logs: benchLogs
};

/** Leaves the next part the tables as the migrations made them. The audit lets nobody do so but a superuser. */
const emptyTables = (url: string) =>
	withConnection(url, async (client) => {
		const { rows } = await client.query<{ name: string }>(
			`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`
		);
		await client.query('SET session_replication_role = replica');
		await client.query(
			`TRUNCATE ${rows.map(({ name }) => client.escapeIdentifier(name)).join(', ')}`
		);
	});

/** Measures what was asked for, one part after the other. */
async function benchOps(): Promise<number> {
	const { values } = parseArgs({
		options: { only: { type: 'string' }, json: { type: 'boolean' } }
	});
	const { only } = values;
	const chosen = Object.entries(PARTS).filter(([name]) => !only || name === only);
	if (chosen.length === 0) {
		throw new ScriptError(`--only is one of ${Object.keys(PARTS).join(', ')}.`, 2);
	}
	// What is measured stands alone on stdout.
	if (chosen.some(([name]) => name in OF_THE_BUILD)) await ensureBuild({ say: console.error });
	return runDatabaseBench(`coda_bench_ops_${only ?? 'all'}`, async (url) => {
		const rows: Row[] = [];
		for (const [, measure] of chosen) {
			rows.push(...(await measure(url)));
			await emptyTables(url);
		}
		return rows;
	});
}

await runScript(benchOps);
