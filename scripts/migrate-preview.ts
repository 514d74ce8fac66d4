/**
 * Runs after `pnpm build`. On a preview deployment with a database of its own (a branch) it brings that
 * database to the project's migrations. Everywhere else it does nothing: production is migrated by the
 * pipeline, before the new release takes over.
 */
import { runScript } from './local/script.ts';
import { applyMigrations } from './migrations/apply.ts';

await runScript(async () => {
	const { VERCEL_ENV, DATABASE_URL, DATABASE_URL_UNPOOLED, DIRECT_URL } = process.env;
	const url = DIRECT_URL || DATABASE_URL_UNPOOLED || DATABASE_URL;
	if (VERCEL_ENV === 'production') {
		console.log('db:migrate skipped: the pipeline migrates production');
	} else if (VERCEL_ENV !== 'preview' || !DATABASE_URL || !url) {
		console.log('db:migrate skipped: not a preview with a database');
	} else {
		const { applied } = await applyMigrations({ url, say: console.log });
		console.log(`db:migrate applied=${applied}`);
	}
});
