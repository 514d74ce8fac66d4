/**
 * `pnpm bench:board`: what the size of a board does to its pages, and how long a person with a thousand ideas
 * waits for a key, in a browser that is slowed down four times. `--json` for programs.
 */
import { benchBoardInBrowser } from '../tests/bench/board-browser.ts';
import { benchBoardLists } from '../tests/bench/board-server.ts';
import { report } from '../tests/bench/report.ts';
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
			...(await benchBoardInBrowser(app, findBrowser().path)),
			...(await benchBoardLists(app.databaseUrl))
		];
		report(rows, process.argv);
		return rows.every(({ ok }) => ok) ? 0 : 1;
	} finally {
		const { db } = await import('../src/lib/server/db.ts');
		await db.$disconnect();
		await app.stop();
	}
});
