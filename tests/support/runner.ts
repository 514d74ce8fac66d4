import { tmpdir } from 'node:os';
import { expect } from 'vitest';
import { AllowedFolders } from '../../runner/core/folders.ts';
import type { RunnerEvent, StopReason } from '../../runner/core/events.ts';
import type { Computer } from '../../runner/core/computer.ts';
import { Runner, type RunnerOptions } from '../../runner/core/runner.ts';
import { shellEnvironment } from '../../runner/core/shell.ts';
import { pairedApp, type AppStandIn } from './app-stand-in.ts';
import { startRelay, type TestRelay } from './relay.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** A paired computer with a relay, both reached through something that can be cut. */
export interface RunnerSetup {
	relay: TestRelay;
	proxy: TcpProxy;
	app: AppStandIn;
	runner: Runner;
	/** What the runner has told so far. */
	events: RunnerEvent[];
	/** Waits until it has told of something, after so many other things. */
	tells(type: RunnerEvent['type'], from: number): Promise<void>;
	/** Resolves when the runner has come to its end. */
	ran: Promise<StopReason>;
	/** Stops the runner; everything else stays. */
	halt(): Promise<void>;
	/** Starts the runner that comes after one that was stopped. */
	startNext(extra?: RunnerExtra): Promise<void>;
	stop(): Promise<void>;
}

/** What a runner may have besides. */
export type RunnerExtra = Pick<RunnerOptions, 'askPerson' | 'attachMs' | 'keeping'>;

/** A plain bash with a prompt to wait for. */
export const testShell = (folder = tmpdir()) => ({
	file: '/bin/bash',
	args: ['--norc', '--noprofile'],
	folder,
	env: { ...shellEnvironment(process.env, []), PS1: 'ready> ' }
});

/** Starts all of it, and waits until the runner is online. */
export async function startRunner(
	computer: Partial<Computer> = {},
	/** A relay that stands before the real one: its address. */
	before: (relayUrl: string) => Promise<string> = async (relayUrl) => relayUrl,
	first: RunnerExtra = {}
): Promise<RunnerSetup> {
	const relay = await startRelay();
	const { port } = new URL(await before(relay.url));
	const proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(port) });
	const app = await pairedApp(`ws://127.0.0.1:${proxy.port}`);
	const folders = new AllowedFolders([tmpdir()]);
	const begin = async (extra: RunnerExtra) => {
		const runner = new Runner({
			...{ ...app, ...extra },
			computer: { areOn: () => true, folders, programFor: async () => testShell(), ...computer }
		});
		const events: RunnerEvent[] = [];
		const online = new Promise<void>((resolve) => {
			runner.on('event', (event) => {
				events.push(event);
				if (event.type === 'online') resolve();
			});
		});
		const ran = runner.run();
		await online;
		return { runner, events, ran };
	};
	const setup: RunnerSetup = {
		...{ relay, proxy, app, ...(await begin(first)) },
		async tells(type, from) {
			const told = () => setup.events.slice(from).map((event) => event.type);
			await expect.poll(told, { timeout: 10_000 }).toContain(type);
		},
		async halt() {
			setup.runner.stop();
			await setup.ran;
		},
		async startNext(extra = {}) {
			Object.assign(setup, await begin(extra));
		},
		async stop() {
			await setup.halt();
			await proxy.stop();
			await relay.stop();
		}
	};
	return setup;
}
