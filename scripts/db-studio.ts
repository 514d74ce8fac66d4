/** `pnpm db:studio [--port 5555] [--browser none]`: shows the database's rows in a browser (Prisma Studio). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openDatabase } from './local/database.ts';
import { loadEnvFile } from './local/environment.ts';
import { runScript } from './local/script.ts';
import { stopSignal, stopped } from './local/stop-signal.ts';
import { prismaCommand } from './migrations/prisma-cli.ts';

await runScript(async () => {
	loadEnvFile();
	const signal = stopSignal();
	const { url, leave } = await openDatabase();
	try {
		const { program, args, options } = prismaCommand(['studio', ...process.argv.slice(2)], { url });
		const studio = spawn(program, args, { ...options, stdio: 'inherit' });
		const ended = once(studio, 'exit');
		await Promise.race([ended, stopped(signal)]);
		studio.kill('SIGTERM');
		const [code] = await ended;
		return signal.aborted ? 0 : code;
	} finally {
		await leave();
	}
});
