/** `pnpm db:up`: runs the embedded database until Ctrl-C, and prints its address for other programs. */
import { dataFolder } from './local/data-folder.ts';
import { loadEnvFile } from './local/environment.ts';
import { joinLocalPostgres } from './local/postgres.ts';
import { runScript } from './local/script.ts';
import { stopSignal, stopped } from './local/stop-signal.ts';

await runScript(async () => {
	loadEnvFile();
	const signal = stopSignal();
	const { url, leave } = await joinLocalPostgres({
		folder: dataFolder(),
		database: 'coda',
		say: console.log
	});
	console.log(`DATABASE_URL=${url}`);
	console.log('It runs until Ctrl-C.');
	await stopped(signal);
	await leave();
});
