/**
 * `pnpm bench:ground`: what limits, the audit trail and the outbox add to a write, beside the same write
 * without them, in turns and on a Postgres that waits for its disk as a real one does. `--json` for programs.
 */
import { join } from 'node:path';
import { report, type Row } from '../tests/bench/report.ts';
import { measureLimiter, measureWrites } from '../tests/bench/ground.ts';
import { dataFolder, dataFolderPath } from './local/data-folder.ts';
import { databaseUrl, dropDatabase, ensureDatabase } from './local/postgres-connection.ts';
import { joinLocalPostgres } from './local/postgres.ts';
import { runScript } from './local/script.ts';
import { applyMigrations } from './migrations/apply.ts';
import { testEnvironment } from '../tests/support/environment.ts';

const DATABASE = 'coda_bench_ground';

await runScript(async () => {
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
		const rows: Row[] = [...(await measureWrites()), ...(await measureLimiter())];
		report(rows, process.argv);
		return rows.every(({ ok }) => ok) ? 0 : 1;
	} finally {
		const { db } = await import('../src/lib/server/db.ts');
		await db.$disconnect();
		await dropDatabase(serverUrl, DATABASE);
		await leave();
	}
});
