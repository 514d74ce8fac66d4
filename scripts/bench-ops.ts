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
import { printError, ScriptError } from './local/script.ts';

/** Each part fills what it needs. The application finds the database in the environment. */
const PARTS: Record<string, (databaseUrl: string) => Promise<Row[]>> = {
	watching: built(benchWatching),
	pages: built(benchAdminPages),
	storm: built(benchStorm),
	alerts: built(benchAlertTimes),
	traffic: benchTraffic,
	analytics: benchAnalytics,
	logs: benchLogs
};

/** Measures the production build, which is made where it is not of these sources. */
function built(measure: (databaseUrl: string) => Promise<Row[]>) {
	return async (databaseUrl: string) => {
		await ensureBuild({ say: console.log });
		return measure(databaseUrl);
	};
}

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean' } } });
const chosen = Object.entries(PARTS).filter(([name]) => !values.only || name === values.only);
if (chosen.length === 0) {
	printError(new ScriptError(`--only is one of ${Object.keys(PARTS).join(', ')}.`));
	process.exit(2);
}
await runDatabaseBench('coda_bench_ops', async (url) => {
	const rows: Row[] = [];
	for (const [, measure] of chosen) rows.push(...(await measure(url)));
	return rows;
});
