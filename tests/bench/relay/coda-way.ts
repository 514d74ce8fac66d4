import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import type { AeadOf } from '#protocol/sealing';
import { NODE_FLAGS } from '../../../scripts/runner-package/starts.ts';
import { startAppApi, type AppApi } from '../../support/app-api.ts';
import { relaySecrets } from '../../support/relay.ts';
import { nodeAead } from '../../../runner/core/node-aead.ts';
import type { Way } from './bench-terminal.ts';
import type { Bundles } from './bundles.ts';
import { openCodaTerminal, type CodaOpening, type CodaTerminal } from './coda-terminal.ts';
import { nodeAead as nullAead } from './null-aead.ts';

/** Coda's own way: its relay and its runner, with what a bench has to know of them. */
export interface CodaWay extends Way {
	app: AppApi;
	port: number;
	aead: AeadOf;
	/** Kills the relay, and starts another one on its port. */
	restartRelay(): Promise<void>;
	/** Opens a terminal, or comes back to one. */
	openTerminal(opening?: Partial<CodaOpening>): Promise<CodaTerminal>;
}

/** Starts relay and runner and pairs the latter. @param plain without encryption, which only a bench has */
export async function startCodaWay(bundles: Bundles, plain = false): Promise<CodaWay> {
	const home = mkdtempSync(join(tmpdir(), 'coda-bench-'));
	let relay = await startRelay(bundles.relay);
	const { port: relayPort } = relay;
	const relayUrl = `ws://127.0.0.1:${relay.port}`;
	const app = await startAppApi(relayUrl);
	const program = plain ? bundles.plainRunner : bundles.runner;
	const run = (...args: string[]) =>
		spawn(process.execPath, [...NODE_FLAGS, program, ...args], {
			env: {
				PATH: process.env.PATH,
				SHELL: '/bin/bash',
				HOME: home,
				CODA_RUNNER_DIR: join(home, 'runner')
			},
			stdio: ['ignore', 'pipe', 'inherit']
		});
	app.polls.push('approve');
	const [code] = (await once(run('pair', '--server', app.url), 'exit')) as [number];
	if (code !== 0) throw new Error('The runner was not paired.');
	const runner = run('start');
	await new Promise<void>((resolve) =>
		runner.stdout.on('data', (text) => String(text).includes('Online') && resolve())
	);
	const aead = plain ? nullAead : nodeAead;
	return {
		...{ name: plain ? 'plain' : 'coda', app, aead, port: relayPort },
		open: (port = relayPort) => openCodaTerminal({ app, aead, relayUrl: `ws://127.0.0.1:${port}` }),
		openTerminal: (opening) => openCodaTerminal({ app, aead, ...opening }),
		processes: () => ({ relay: [relay.child.pid ?? 0], runner: [runner.pid ?? 0] }),
		async restartRelay() {
			const ended = once(relay.child, 'exit');
			relay.child.kill('SIGKILL');
			await ended;
			relay = await startRelay(bundles.relay, relayPort);
		},
		async stop() {
			runner.kill('SIGKILL');
			relay.child.kill('SIGKILL');
			await app.stop();
			rmSync(home, { recursive: true, force: true });
		}
	};
}

/** What the relay's image starts it with. */
const IMAGE_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=20'];

/** A relay in a process of its own. */
export async function startRelay(
	bundle: string,
	port = 0
): Promise<{ child: ChildProcess; port: number }> {
	const child = spawn(process.execPath, [...IMAGE_FLAGS, bundle], {
		env: {
			...{ PATH: process.env.PATH, CODA_TIER: 'development', LOG_LEVEL: 'error' },
			...{ DEVMODE_JWT_SECRET: relaySecrets.ticket, RELAY_INTERNAL_SECRET: relaySecrets.internal },
			RELAY_PORT: String(port)
		},
		stdio: ['ignore', 'inherit', 'inherit', 'ipc']
	});
	const [ready] = (await once(child, 'message')) as [{ port: number }];
	return { child, port: ready.port };
}
