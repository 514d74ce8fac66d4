import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterParts } from './postgres-cluster.ts';
import { withConnection } from './postgres-connection.ts';
import { lastLogLines, type PostgresPlace } from './postgres-place.ts';
import { runningPostmaster, stopPostmaster } from './postgres-postmaster.ts';
import { processIdentity } from './process-identity.ts';
import { codeOf, messageOf, ScriptError } from './script.ts';

/** How long a start may take, recovery after a crash included. */
const startTimeoutMs = 60_000;
/** How often a start is tried again when the port or the shared memory was not free. */
const maxAttempts = 4;
const maxLogBytes = 5 * 2 ** 20;

/** What a second attempt may cure: another program took the port, or a killed server's last processes still end. */
const passing = /Address already in use|could not bind|shared memory block/;

/** Names that Postgres would read from the environment of whoever starts it. */
const postgresVariables = /^(PG|LC_|LANG)/;

/** A server that answers. */
export interface RunningServer {
	pid: number;
	/** The address of its maintenance database, password included. */
	url: string;
}

/** Settings of every server, whatever its configuration file says. */
const settings = [
	'listen_addresses=127.0.0.1',
	'unix_socket_directories=',
	'max_connections=100',
	'shared_buffers=64MB',
	'timezone=UTC',
	'log_timezone=UTC',
	'jit=off'
];

/**
 * Starts the server on existing data files, or takes the one that already runs on them, and waits until it
 * answers. The caller holds the lock of the place.
 *
 * @param extraSettings `name=value`, used when the server is started
 * @throws ScriptError with the server's last log lines
 */
export async function startServer(
	parts: ClusterParts,
	extraSettings: readonly string[]
): Promise<RunningServer> {
	const { place, password } = parts;
	for (let attempt = 1; ; attempt++) {
		const pid = runningPostmaster(place)?.pid ?? (await spawnServer(parts, extraSettings, attempt));
		try {
			return { pid, url: await answer(place, pid, password) };
		} catch (error) {
			const retry = attempt < maxAttempts && passing.test(lastLogLines(place));
			if (!retry) throw error;
			await sleep(250 * attempt);
		}
	}
}

async function spawnServer(
	{ place, binaries, account }: ClusterParts,
	extraSettings: readonly string[],
	attempt: number
): Promise<number> {
	const port = attempt === 1 ? await freePort(lastPort(place)) : await freePort(0);
	const options = [...settings, ...extraSettings].flatMap((setting) => ['-c', setting]);
	const {
		program,
		args,
		account: user
	} = account.command(binaries.postgres, [...['-D', place.data, '-p', String(port)], ...options]);
	if ((statSync(place.log, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) rmSync(place.log);
	const log = openSync(place.log, 'a', 0o600);
	// Detached, so that Ctrl-C in the terminal reaches this process only, which then stops the server in order.
	const child = spawn(program, args, {
		...user,
		cwd: place.data,
		detached: true,
		stdio: ['ignore', log, log],
		env: plainEnvironment()
	});
	closeSync(log);
	child.unref();
	await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
	writeFileSync(place.port, String(port));
	return child.pid ?? 0;
}

function plainEnvironment(): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !postgresVariables.test(name))
	);
}

/** Waits until the server takes connections and answers its address. */
async function answer(place: PostgresPlace, pid: number, password: string): Promise<string> {
	const identity = processIdentity(pid);
	const deadline = Date.now() + startTimeoutMs;
	for (;;) {
		const port = runningPostmaster(place)?.port;
		if (port !== undefined) {
			const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
			if (await accepts(url, place)) return url;
		}
		if (processIdentity(pid) !== identity || identity === '') {
			throw new ScriptError(`The local Postgres ended at once:\n${lastLogLines(place)}`);
		}
		if (Date.now() > deadline) {
			await stopPostmaster(pid);
			throw new ScriptError(`The local Postgres did not start in time:\n${lastLogLines(place)}`);
		}
		await sleep(20);
	}
}

/** True when the server of this place answers; false while it starts or ends. */
async function accepts(url: string, place: PostgresPlace): Promise<boolean> {
	try {
		await withConnection(url, (client) => client.query('select 1'));
		return true;
	} catch (error) {
		const code = codeOf(error);
		if (code === '28P01') {
			throw new ScriptError(
				`The password in ${place.folder}/secrets.json is not the one of ${place.data}. Put the old ` +
					'secrets.json back, or move that folder away to begin with an empty database.'
			);
		}
		const starting = code === '57P03' || code === 'ECONNREFUSED' || code === 'ECONNRESET';
		if (starting || messageOf(error).includes('terminated unexpectedly')) return false;
		throw error;
	}
}

function lastPort(place: PostgresPlace): number {
	try {
		return Number(readFileSync(place.port, 'utf8')) || 0;
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return 0;
		throw error;
	}
}

/** The wished port when it is free, else any free one. */
export function freePort(wished: number): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', (error) => (wished === 0 ? reject(error) : resolve(freePort(0))));
		probe.listen({ port: wished, host: '127.0.0.1', exclusive: true }, () => {
			const address = probe.address();
			const port = typeof address === 'object' && address ? address.port : 0;
			probe.close(() => resolve(port));
		});
	});
}
