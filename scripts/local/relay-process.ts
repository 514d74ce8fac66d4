import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Env } from '../../src/lib/server/env.ts';
import { projectPath, projectRoot } from './project.ts';
import { ScriptError } from './script.ts';
import { requireFreePort } from './server-process.ts';

/** The relay, in a process of its own. */
export interface RelayProcess {
	/** Asks it to tell everyone, and waits until it has ended. */
	stop(): Promise<void>;
	/** Ends it at once. */
	kill(): void;
}

/** Longer than the relay itself takes to close all sockets. */
const STOP_TIMEOUT_MS = 30_000;
/** The relay's port, where nobody chose one: the app's and a hundred. */
const PORT_DISTANCE = 100;

/** Completes `process.env` with what the relay beside this app needs. The app then knows where it is. */
export function completeRelayEnvironment(env: Env): { port: number; host: string } {
	process.env.RELAY_PORT ||= String(env.PORT === 0 ? 0 : env.PORT + PORT_DISTANCE);
	process.env.RELAY_APP_URL ||= `http://127.0.0.1:${env.PORT}`;
	process.env.RELAY_HOST ||= '127.0.0.1';
	return { port: Number(process.env.RELAY_PORT), host: process.env.RELAY_HOST };
}

/**
 * Starts the relay beside the app in development, unless DevMode is off or the environment names a relay. Coda
 * works without it, so whatever goes wrong is only said.
 */
export async function startRelayProcess(
	env: Env,
	say: (line: string) => void
): Promise<RelayProcess | undefined> {
	const isWanted =
		env.tier === 'development' &&
		env.PUBLIC_ENABLE_DEVMODE === 'true' &&
		!env.PUBLIC_DEVMODE_RELAY_URL;
	if (!isWanted) return undefined;
	const { port, host } = completeRelayEnvironment(env);
	try {
		await requireFreePort(port, host);
	} catch (cause) {
		if (!(cause instanceof ScriptError)) throw cause;
		process.env.PUBLIC_DEVMODE_RELAY_URL = `ws://127.0.0.1:${port}`;
		say(`Port ${port} is in use: whoever listens there is taken for the relay.`);
		return undefined;
	}
	const child = spawn(process.execPath, ['--import', 'tsx', projectPath('relay/main.ts')], {
		cwd: projectRoot,
		detached: process.platform !== 'win32',
		env: { ...process.env, LOG_LEVEL: process.env.LOG_LEVEL || 'error' },
		stdio: ['ignore', 'inherit', 'inherit', 'ipc']
	});
	const ended = once(child, 'exit');
	const listening = await Promise.race([portOf(child), ended.then(() => undefined)]);
	if (listening === undefined) {
		say('The relay did not start: terminals are not to be had. Coda works without it.');
		return undefined;
	}
	process.env.PUBLIC_DEVMODE_RELAY_URL = `ws://127.0.0.1:${listening}`;
	return {
		kill: () => child.kill('SIGKILL'),
		async stop() {
			const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
			child.kill('SIGTERM');
			await ended;
			clearTimeout(timer);
		}
	};
}

async function portOf(child: ChildProcess): Promise<number> {
	const [message] = (await once(child, 'message')) as [{ port: number }];
	return message.port;
}
