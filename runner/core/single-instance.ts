import { createServer, connect, type Server } from 'node:net';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The longest path that a socket may have on every system. */
const LONGEST_PATH = 100;

/** Holds the place of the one runner of a folder. */
export interface Held {
	release(): Promise<void>;
}

/**
 * Makes sure that one runner runs for each folder: whoever has its socket. The system lets go of it when the
 * process ends, however it ends; nobody has to guess whether a number in a file is still that process.
 *
 * @returns nothing where another runner has it
 */
export async function holdSingleInstance(lockPath: string): Promise<Held | undefined> {
	const path = addressFor(lockPath);
	for (let attempt = 0; attempt < 2; attempt++) {
		const server = await listen(path);
		if (server) return { release: () => closed(server) };
		if (await answers(path)) return undefined;
		// Left behind by a process that was killed. Only one of several that find it so gets the next.
		rmSync(path, { force: true });
	}
	return undefined;
}

/** Whether a runner of this folder runs now. */
export const isHeld = (lockPath: string): Promise<boolean> => answers(addressFor(lockPath));

function addressFor(lockPath: string): string {
	const name = createHash('sha256').update(lockPath).digest('hex').slice(0, 24);
	if (process.platform === 'win32') return `\\\\.\\pipe\\coda-runner-${name}`;
	// Linux has names that are no files: nothing is left behind, and nothing can be put in their place.
	if (process.platform === 'linux') return `\0coda-runner-${process.getuid?.() ?? 0}-${name}`;
	if (lockPath.length <= LONGEST_PATH) return lockPath;
	return join(tmpdir(), `coda-runner-${name}.lock`);
}

function listen(path: string): Promise<Server | undefined> {
	const isFile = !path.startsWith('\0') && !path.startsWith('\\\\');
	if (isFile) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	return new Promise((resolve, reject) => {
		const server = createServer((socket) => socket.end());
		server.once('error', (cause: NodeJS.ErrnoException) => {
			if (cause.code === 'EADDRINUSE') resolve(undefined);
			else reject(cause);
		});
		server.listen(path, () => {
			if (isFile) chmodSync(path, 0o600);
			server.unref();
			resolve(server);
		});
	});
}

function answers(path: string): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(path);
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});
}

const closed = (server: Server): Promise<void> =>
	new Promise((resolve) => server.close(() => resolve()));
