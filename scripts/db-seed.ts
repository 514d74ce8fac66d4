/**
 * `pnpm db:seed [--operations] [--yes]`: fills the board of a demo person in the database of this environment, and
 * with `--operations` the pages of operators as well.
 */
import { parseArgs } from 'node:util';
import { withDatabase } from './local/database.ts';
import { loadEnvFile } from './local/environment.ts';
import { runScript, ScriptError } from './local/script.ts';
import { applyMigrations } from './migrations/apply.ts';
import { confirmIfProduction, saysProduction } from './migrations/confirmation.ts';
import { seedDemo } from './seed/demo.ts';
import { seedOperations } from './seed/operations.ts';

const { values } = parseArgs({
	options: {
		yes: { type: 'boolean', default: false },
		operations: { type: 'boolean', default: false }
	}
});

await runScript(async () => {
	loadEnvFile();
	if (values.operations && saysProduction()) {
		throw new ScriptError('What --operations makes up does not belong into production.', 2);
	}
	await withDatabase(async ({ url }) => {
		await confirmIfProduction(url, 'put demo ideas into', values.yes);
		await applyMigrations({ url, say: console.log });
		console.log(await seedDemo(url));
		if (values.operations) console.log(await seedOperations(url));
	});
});
