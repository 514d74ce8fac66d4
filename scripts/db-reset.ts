/** `pnpm db:reset [--yes]`: removes the database on this computer with all that is in it, and makes it anew. */
import { parseArgs } from 'node:util';
import { withDatabase } from './local/database.ts';
import { isLoopback, loadEnvFile } from './local/environment.ts';
import { databaseName, dropDatabase } from './local/postgres-connection.ts';
import { runScript, ScriptError } from './local/script.ts';
import { applyMigrations } from './migrations/apply.ts';
import { confirm } from './migrations/confirmation.ts';

const { values } = parseArgs({ options: { yes: { type: 'boolean', default: false } } });

await runScript(async () => {
	loadEnvFile();
	await withDatabase(async ({ url }) => {
		if (!isLoopback(url)) {
			throw new ScriptError(
				'Only a database on this computer is reset, and this one is elsewhere.',
				2
			);
		}
		await confirm(url, 'remove everything in', values.yes);
		await dropDatabase(url, databaseName(url));
		const { applied } = await applyMigrations({ url, say: console.log });
		console.log(`The database is empty again, with ${applied} migrations applied.`);
	});
});
