/** `pnpm dev [--demo]`: what `npm start` does, with sources that are reloaded when they change. */
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { prepareDatabase, prepareEnvironment } from './local/preparation.ts';
import { projectRoot } from './local/project.ts';
import { startRelayProcess, type RelayProcess } from './local/relay-process.ts';
import { runScript } from './local/script.ts';
import { requireFreePort } from './local/server-process.ts';
import { stopSignal, stopped } from './local/stop-signal.ts';
import { welcome } from './local/welcome.ts';

const { values } = parseArgs({ options: { demo: { type: 'boolean', default: false } } });
const say = (line: string) => console.log(line);

await runScript(async () => {
	let relay: RelayProcess | undefined;
	const signal = stopSignal(() => {
		relay?.kill();
		process.exit(1);
	});
	const env = await prepareEnvironment();
	await requireFreePort(env.PORT, env.HOST);
	const database = await prepareDatabase({ say, demo: values.demo, signal });
	try {
		process.chdir(projectRoot);
		relay = await startRelayProcess(env, say);
		const server = await createServer({
			server: { port: env.PORT, host: env.HOST, strictPort: true }
		});
		await server.listen();
		for (const line of welcome({ env, port: env.PORT, database })) say(line);
		await stopped(signal);
		await server.close();
	} finally {
		await relay?.stop();
		await database.leave();
	}
});
