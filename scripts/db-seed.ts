/** `pnpm db:seed [--yes]`: fills the board of a demo person in the database of this environment. */
import { parseArgs } from 'node:util';
import { withDatabase } from './local/database.ts';
import { loadEnvFile } from './local/environment.ts';
import { runScript } from './local/script.ts';
import { applyMigrations } from './migrations/apply.ts';
import { confirmIfProduction } from './migrations/confirmation.ts';
import { seedDemo } from './seed/demo.ts';

const { values } = parseArgs({ options: { yes: { type: 'boolean', default: false } } });

await runScript(async () => {
	loadEnvFile();
	await withDatabase(async ({ url }) => {
		await confirmIfProduction(url, 'put demo ideas into', values.yes);
		await applyMigrations({ url, say: console.log });
		console.log(await seedDemo(url));
	});
});
