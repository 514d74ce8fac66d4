/**
 * `pnpm db:generate [name]`: writes a migration from what the schema has and the migrations do not, shows
 * it with the linter's report, and makes the Prisma client anew. It applies nothing: `pnpm db:migrate` does.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { withDatabase } from './local/database.ts';
import { loadEnvFile } from './local/environment.ts';
import { projectPath } from './local/project.ts';
import { runScript } from './local/script.ts';
import { readMigrations } from './migrations/folder.ts';
import { schemaDifference, writeMigration } from './migrations/generate.ts';
import { lintMigrations, printReport } from './migrations/lint.ts';

const { positionals } = parseArgs({ allowPositionals: true });

await runScript(async () => {
	loadEnvFile();
	const sql = await withDatabase(({ url }) => schemaDifference(url));
	if (sql === '') {
		console.log('No difference: the migrations make what the schema says.');
	} else {
		const file = writeMigration(positionals.join('_') || 'change_schema', sql);
		console.log(`${sql}\n\nWritten to ${file}. Look through it before you commit it.`);
		const report = (await lintMigrations(readMigrations())).at(-1);
		if (report) for (const line of printReport(report)) console.log(line);
	}
	const { status } = spawnSync(process.execPath, [projectPath('scripts/prepare.mjs')], {
		stdio: 'inherit'
	});
	return status ?? 1;
});
