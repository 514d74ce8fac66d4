/**
 * `pnpm bench:transfer`: 10,000 ideas with 100,000 features out and in again: memory and first byte of the
 * export, the import beside a `COPY` of the same rows, and how often it says how far it is. `--json` for programs,
 * `--ideas 1000` for fewer.
 */
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { report } from '../tests/bench/report.ts';
import { measureTransfer } from '../tests/bench/transfer.ts';
import { testEnvironment } from '../tests/support/environment.ts';
import { dataFolder, dataFolderPath } from './local/data-folder.ts';
import { databaseUrl, dropDatabase, ensureDatabase } from './local/postgres-connection.ts';
import { joinLocalPostgres } from './local/postgres.ts';
import { runScript } from './local/script.ts';
import { applyMigrations } from './migrations/apply.ts';

const DATABASE = 'coda_bench_transfer';

const { values } = parseArgs({
	options: { ideas: { type: 'string', default: '10000' }, json: { type: 'boolean' } }
});

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
		const rows = await measureTransfer(url, Number(values.ideas));
		report(rows, process.argv);
		return rows.every(({ ok }) => ok) ? 0 : 1;
	} finally {
		const { db } = await import('../src/lib/server/db.ts');
		await db.$disconnect();
		await dropDatabase(serverUrl, DATABASE);
		await leave();
	}
});
