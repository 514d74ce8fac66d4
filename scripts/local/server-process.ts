import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { projectPath, projectRoot } from './project.ts';
import { codeOf, ScriptError } from './script.ts';

/** The web server, in a process of its own. */
export interface ServerProcess {
	/** The port it listens on. */
	port: number;
	/** Resolves when it has ended. */
	ended: Promise<ServerEnd>;
	/** Asks it to finish what it is doing, and waits until it has ended. */
	stop(): Promise<void>;
	/** Ends it at once. */
	kill(): void;
}

/** How the server ended. */
export interface ServerEnd {
	code: number;
	/** In words: its exit code, or the signal that ended it. */
	how: string;
}

/** Longer than the server itself takes to give up on what still runs. */
const stopTimeoutMs = 45_000;

/**
 * Starts `scripts/serve.mjs` with this process' environment and waits until it listens.
 *
 * It gets a process group of its own, so that Ctrl-C in the terminal does not reach it twice; when this
 * process is killed it notices, and ends.
 *
 * @throws ScriptError with its exit code when it ends before it listens; it has then said why
 */
export async function startServerProcess(): Promise<ServerProcess> {
	const child = spawn(process.execPath, [projectPath('scripts/serve.mjs')], {
		cwd: projectRoot,
		detached: process.platform !== 'win32',
		stdio: ['ignore', 'inherit', 'inherit', 'ipc']
	});
	const ended = once(child, 'exit').then(([code, signal]): ServerEnd => {
		return { code: code ?? 1, how: signal ?? `exit code ${code}` };
	});
	const port = await Promise.race([ready(child), ended.then(endedTooSoon)]);
	return {
		port,
		ended,
		kill: () => child.kill('SIGKILL'),
		async stop() {
			const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
			child.kill('SIGTERM');
			await ended;
			clearTimeout(timer);
		}
	};
}

/**
 * Makes sure, before anything is prepared, that nobody listens where the server will.
 *
 * @throws ScriptError when somebody does
 */
export async function requireFreePort(port: number, host: string): Promise<void> {
	const probe = createServer().listen({ port, host, exclusive: true });
	try {
		await once(probe, 'listening');
	} catch (error) {
		if (codeOf(error) === 'EADDRINUSE') throw new ScriptError(portInUse(port));
		if (codeOf(error) === 'EACCES') {
			throw new ScriptError(
				`Port ${port} needs more rights. Start with another one: PORT=3000 npm start.`
			);
		}
		throw error;
	} finally {
		probe.close();
	}
}

/** What to say when a port is taken. */
export function portInUse(port: number): string {
	return `Port ${port} is already in use. Start with another one: PORT=${port + 1} npm start.`;
}

async function ready(child: ChildProcess): Promise<number> {
	for (;;) {
		const [message] = (await once(child, 'message')) as [{ type?: string; port?: number }];
		if (message.type === 'ready' && message.port) return message.port;
	}
}

function endedTooSoon({ code }: ServerEnd): never {
	throw new ScriptError('The server did not start.', code || 1);
}
