/**
 * `pnpm test:e2e [Playwright's arguments]`: builds when needed, starts Postgres, and runs the tests in a
 * browser. Without `--project` those of the fast lane run.
 */
import { templateVariable } from '../tests/support/environment.ts';
import { joinTestPostgres } from '../tests/support/test-postgres.ts';
import { ensureBuild } from './local/build.ts';
import { runScript } from './local/script.ts';
import { stopSignal } from './local/stop-signal.ts';
import { findBrowser } from './verify/browser.ts';
import { packageScript, runCommand } from './verify/commands.ts';

await runScript(async () => {
	const signal = stopSignal(() => process.exit(1));
	const given = process.argv.slice(2);
	const args = given.some((arg) => arg.startsWith('--project'))
		? given
		: ['--project=fast', ...given];
	await ensureBuild({ say: console.log, signal });
	const browser = findBrowser();
	console.log(`Browser: ${browser.description}`);
	const { templateUrl, leave } = await joinTestPostgres();
	try {
		const { ok } = await runCommand({
			script: packageScript('@playwright/test', 'cli.js'),
			args: ['test', ...args],
			env: { [templateVariable]: templateUrl, CHROMIUM_PATH: browser.path ?? '' },
			live: true,
			signal
		});
		return ok ? 0 : 1;
	} finally {
		await leave();
	}
});
