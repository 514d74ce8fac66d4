import { report, type Row } from '../../tests/bench/report.ts';
import { startApp, type App } from '../../tests/support/app-server.ts';
import { testEnvironment } from '../../tests/support/environment.ts';
import { ensureBuild } from './build.ts';
import { runScript } from './script.ts';
import { stopSignal } from './stop-signal.ts';

/** Measures an app of its own, on an empty database, and prints a table. Fails where a figure is not reached. */
export const runAppBench = (measure: (app: App) => Promise<Row[]>): Promise<void> =>
	runScript(async () => {
		const signal = stopSignal(() => process.exit(1));
		// What is measured stands alone on stdout.
		await ensureBuild({ say: console.error, signal });
		const app = await startApp({ env: { LOG_LEVEL: 'error' } });
		Object.assign(process.env, testEnvironment, {
			DATABASE_URL: app.databaseUrl,
			LOG_LEVEL: 'error'
		});
		try {
			const rows = await measure(app);
			report(rows, process.argv);
			return rows.every(({ ok }) => ok) ? 0 : 1;
		} finally {
			const { db } = await import('../../src/lib/server/db.ts');
			await db.$disconnect();
			await app.stop();
		}
	});
