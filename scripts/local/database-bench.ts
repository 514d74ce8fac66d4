import { join } from 'node:path';
import { report, type Row } from '../../tests/bench/report.ts';
import { testEnvironment } from '../../tests/support/environment.ts';
import { applyMigrations } from '../migrations/apply.ts';
import { dataFolder, dataFolderPath } from './data-folder.ts';
import { databaseUrl, dropDatabase, ensureDatabase } from './postgres-connection.ts';
import { joinLocalPostgres } from './postgres.ts';
import { runScript } from './script.ts';

/**
 * Measures on a migrated database of its own, on a Postgres that waits for its disk as a real one does, and prints a
 * table. Fails where a figure is not reached. `measure` finds the database in the environment as well, and loads the
 * application itself: it reads the environment when it is loaded.
 *
 * @param name of the database
 */
export const runDatabaseBench = (
	name: string,
	measure: (url: string) => Promise<Row[]>
): Promise<never> =>
	runScript(async () => {
		const { url: serverUrl, leave } = await joinLocalPostgres({
			folder: dataFolder(join(dataFolderPath(), 'bench')),
			database: 'postgres'
		});
		const url = databaseUrl(serverUrl, name);
		try {
			await dropDatabase(serverUrl, name);
			await ensureDatabase(serverUrl, name);
			await applyMigrations({ url });
			Object.assign(process.env, testEnvironment, { DATABASE_URL: url, LOG_LEVEL: 'error' });
			const rows = await measure(url);
			report(rows, process.argv);
			return rows.every(({ ok }) => ok) ? 0 : 1;
		} finally {
			const { db } = await import('../../src/lib/server/db.ts');
			await db.$disconnect();
			await dropDatabase(serverUrl, name);
			await leave();
		}
	});
