/**
 * `pnpm db:migrate [--yes]`: brings the database of this environment to the project's migrations.
 *
 * The last line is `db:migrate applied=N`. Exit code 1 when it failed, 2 when it was not confirmed.
 */
import { parseArgs } from 'node:util';
import { withDatabase } from './local/database.ts';
import { loadEnvFile } from './local/environment.ts';
import { runScript } from './local/script.ts';
import { applyMigrations } from './migrations/apply.ts';
import { confirmIfProduction } from './migrations/confirmation.ts';

const { values } = parseArgs({ options: { yes: { type: 'boolean', default: false } } });

await runScript(async () => {
	loadEnvFile();
	const { applied } = await withDatabase(async ({ url }) => {
		await confirmIfProduction(url, 'migrate', values.yes);
		return applyMigrations({ url, say: console.log });
	});
	console.log(`db:migrate applied=${applied}`);
});
