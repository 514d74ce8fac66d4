/**
 * `pnpm bench:ops`: what operators look at, filled as after weeks of much use, on a Postgres that waits for its
 * disk as a real one does. `--only traffic` runs one part, `--json` is for programs.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { report, type Row } from '../tests/bench/report.ts';
import { benchTraffic } from '../tests/bench/traffic.ts';
import { testEnvironment } from '../tests/support/environment.ts';
import { dataFolder, dataFolderPath } from './local/data-folder.ts';
import { databaseUrl, dropDatabase, ensureDatabase } from './local/postgres-connection.ts';
import { joinLocalPostgres } from './local/postgres.ts';
import { runScript, ScriptError } from './local/script.ts';
import { applyMigrations } from './migrations/apply.ts';

const DATABASE = 'coda_bench_ops';

/** Each part fills what it needs. The application finds the database in the environment. */
const PARTS: Record<string, (databaseUrl: string) => Promise<Row[]>> = {
	traffic: benchTraffic
};

await runScript(async () => {
	const { values } = parseArgs({
		options: { only: { type: 'string' }, json: { type: 'boolean' } }
	});
	const chosen = Object.entries(PARTS).filter(([name]) => !values.only || name === values.only);
	if (chosen.length === 0) {
		throw new ScriptError(`--only is one of ${Object.keys(PARTS).join(', ')}.`, 2);
	}
	const { url: serverUrl, leave } = await joinLocalPostgres({
		folder: dataFolder(join(dataFolderPath(), 'bench')),
		database: 'postgres'
	});
	const url = databaseUrl(serverUrl, DATABASE);
	try {
		await dropDatabase(serverUrl, DATABASE);
		await ensureDatabase(serverUrl, DATABASE);
		await applyMigrations({ url });
		Object.assign(process.env, testEnvironment, { DATABASE_URL: url, LOG_LEVEL: 'error' });
		const rows: Row[] = [];
		for (const [, measure] of chosen) rows.push(...(await measure(url)));
		report(rows, process.argv);
		return rows.every(({ ok }) => ok) ? 0 : 1;
	} finally {
		const { db } = await import('../src/lib/server/db.ts');
		await db.$disconnect();
		await dropDatabase(serverUrl, DATABASE);
		await leave();
	}
});
