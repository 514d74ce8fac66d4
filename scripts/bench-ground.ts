/**
 * `pnpm bench:ground`: what limits, the audit trail and the outbox add to a write, beside the same write
 * without them, in turns and on a Postgres that waits for its disk as a real one does, and how long the audit takes. `--json` for programs.
 */
import { join } from 'node:path';
import { report, type Row } from '../tests/bench/report.ts';
import { benchAudit } from '../tests/bench/audit.ts';
import { measureLimiter, measureWrites } from '../tests/bench/ground.ts';
import { dataFolder, dataFolderPath } from './local/data-folder.ts';
import { databaseUrl, dropDatabase, ensureDatabase } from './local/postgres-connection.ts';
import { joinLocalPostgres } from './local/postgres.ts';
import { runScript } from './local/script.ts';
import { applyMigrations } from './migrations/apply.ts';
import { testEnvironment } from '../tests/support/environment.ts';

const ORIGIN = {
	address: '203.0.113.7',
	userAgent:
		'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0',
	place: null
};
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
		const { withRequestContext } = await import('../src/lib/server/request-context.ts');
		const rows: Row[] = [
			// As in a request: where it came from is encrypted for the audit.
			...(await withRequestContext({ requestId: 'bench' }, measureWrites, ORIGIN)),
			...(await measureLimiter()),
			...(await benchAudit(url))
		];
		report(rows, process.argv);
		return rows.every(({ ok }) => ok) ? 0 : 1;
	} finally {
		const { db } = await import('../src/lib/server/db.ts');
		await db.$disconnect();
		await dropDatabase(serverUrl, DATABASE);
		await leave();
	}
});
