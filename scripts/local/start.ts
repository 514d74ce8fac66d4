import { parseArgs } from 'node:util';
import { ensureBuild } from './build.ts';
import type { Database } from './database.ts';
import { prepareDatabase, prepareEnvironment } from './preparation.ts';
import { startRelayProcess, type RelayProcess } from './relay-process.ts';
import { requireFreePort, startServerProcess, type ServerProcess } from './server-process.ts';
import { stopSignal, stopped } from './stop-signal.ts';
import { welcome } from './welcome.ts';

const say = (line: string) => console.log(line);

/**
 * Prepares this computer, serves, and stops everything again when it is asked to.
 *
 * @returns the exit code: 0 when it was stopped, the server's when that ended by itself
 */
export async function start(args: string[]): Promise<number> {
	const { values } = parseArgs({ args, options: { demo: { type: 'boolean', default: false } } });
	let server: ServerProcess | undefined;
	let relay: RelayProcess | undefined;
	let database: Database | undefined;
	const signal = stopSignal(() => {
		server?.kill();
		relay?.kill();
	});
	try {
		const env = await prepareEnvironment();
		await requireFreePort(env.PORT, env.HOST);
		database = await prepareDatabase({ say, demo: values.demo, signal });
		await ensureBuild({ say, signal });
		signal.throwIfAborted();
		relay = await startRelayProcess(env, say);
		server = await startServerProcess();
		for (const line of welcome({ env, port: server.port, database })) say(line);
		return await serveUntil(signal, server);
	} catch (error) {
		if (!signal.aborted) throw error;
		return 0; // the wish to stop came before there was anything to serve
	} finally {
		await relay?.stop();
		await database?.leave();
	}
}

async function serveUntil(signal: AbortSignal, server: ServerProcess): Promise<number> {
	const end = await Promise.race([server.ended, stopped(signal)]);
	if (!end) {
		say('\nStopping.');
		await server.stop();
		return 0;
	}
	console.error(`The server ended by itself (${end.how}). What it said last is above.`);
	return end.code || 1;
}
