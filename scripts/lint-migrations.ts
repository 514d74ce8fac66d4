/** Judges the project's migrations: prints the locks they take, fails on what must not be deployed. */
import { runScript } from './local/script.ts';
import { readMigrations } from './migrations/folder.ts';
import { lintMigrations, printReport } from './migrations/lint.ts';

await runScript(async () => {
	const reports = await lintMigrations(readMigrations());
	for (const line of reports.flatMap(printReport)) console.log(line);
	return reports.every(({ ok }) => ok) ? 0 : 1;
});
