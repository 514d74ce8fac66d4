/**
 * `pnpm bench:search`: searches of a person with 10,000 ideas and 100,000 features, beside the same ones written by
 * hand, and how long a key takes in the palette with 5,000 titles. `--json` for programs.
 */
import { benchPalette } from '../tests/bench/palette.ts';
import { report } from '../tests/bench/report.ts';
import { benchSearch } from '../tests/bench/search.ts';
import { startApp } from '../tests/support/app-server.ts';
import { testEnvironment } from '../tests/support/environment.ts';
import { ensureBuild } from './local/build.ts';
import { runScript } from './local/script.ts';
import { stopSignal } from './local/stop-signal.ts';
import { findBrowser } from './verify/browser.ts';

await runScript(async () => {
	const signal = stopSignal(() => process.exit(1));
	await ensureBuild({ say: console.log, signal });
	const app = await startApp({ env: { LOG_LEVEL: 'error' } });
	Object.assign(process.env, testEnvironment, {
		DATABASE_URL: app.databaseUrl,
		LOG_LEVEL: 'error'
	});
	try {
		const rows = [
			...(await benchPalette(app, findBrowser().path)),
			...(await benchSearch(app.databaseUrl))
		];
		report(rows, process.argv);
		return rows.every(({ ok }) => ok) ? 0 : 1;
	} finally {
		const { db } = await import('../src/lib/server/db.ts');
		await db.$disconnect();
		await app.stop();
	}
});
