/**
 * `pnpm db:seed [--operations] [--yes]`: fills the board of a demo person in the database of this environment, and
 * with `--operations` the pages of operators as well.
 */
import { parseArgs } from 'node:util';
import { withDatabase } from './local/database.ts';
import { loadEnvFile } from './local/environment.ts';
import { runScript } from './local/script.ts';
import { applyMigrations } from './migrations/apply.ts';
import { confirmIfProduction, refuseMadeUp } from './migrations/confirmation.ts';
import { seedDemo } from './seed/demo.ts';
import { seedOperations } from './seed/operations.ts';

await runScript(async () => {
	const { values } = parseArgs({
		options: {
			yes: { type: 'boolean', default: false },
			operations: { type: 'boolean', default: false }
		}
	});
	loadEnvFile();
	await withDatabase(async ({ url, embedded }) => {
		if (values.operations) refuseMadeUp({ embedded });
		await confirmIfProduction(url, 'put demo ideas into', values.yes);
		await applyMigrations({ url, say: console.log });
		console.log(await seedDemo(url));
		if (values.operations) console.log(await seedOperations(url));
	});
});
