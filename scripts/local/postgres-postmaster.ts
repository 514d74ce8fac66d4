import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity, programOf, waitForExit } from './process-identity.ts';
import type { PostgresPlace } from './postgres-place.ts';
import { codeOf, ScriptError } from './script.ts';

/** A running Postgres server, as its own `postmaster.pid` describes it. */
export interface Postmaster {
	pid: number;
	/** Not known in the first moments of its life. */
	port: number | undefined;
}

/** How long a fast shutdown may take before the server is told to leave everything as it is. */
const fastShutdownMs = 30_000;

/**
 * The server that runs on these files, or null. What a killed server left behind is removed, also when
 * another program got its number since. The caller holds the lock of the place.
 */
export function runningPostmaster({ data }: PostgresPlace): Postmaster | null {
	const file = join(data, 'postmaster.pid');
	const [pid = '', , , port = ''] = readLines(file);
	if (pid === '') return null;
	if (isPostmaster(Number(pid))) return { pid: Number(pid), port: Number(port) || undefined };
	rmSync(file, { force: true });
	return null;
}

/**
 * Stops a server and waits until it has gone. Its clients are disconnected, what they had not committed
 * is undone.
 *
 * @throws ScriptError when it does not end
 */
export async function stopPostmaster(pid: number): Promise<void> {
	signal(pid, 'SIGINT'); // Postgres' "fast shutdown"
	if (await waitForExit(pid, fastShutdownMs)) return;
	signal(pid, 'SIGQUIT'); // Postgres' "immediate shutdown": the next start recovers from the log
	if (await waitForExit(pid, 5_000)) return;
	throw new ScriptError(`Postgres (process ${pid}) does not end.`);
}

function isPostmaster(pid: number): boolean {
	if (processIdentity(pid) === '') return false;
	const program = programOf(pid);
	return program === '' || program === 'postgres';
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT'): void {
	try {
		process.kill(pid, name);
	} catch (error) {
		if (codeOf(error) !== 'ESRCH') throw error; // it ended by itself
	}
}

function readLines(file: string): string[] {
	try {
		return readFileSync(file, 'utf8').split('\n');
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return [];
		throw error;
	}
}
