import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, closeSync, constants, existsSync, openSync, readdirSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makePrivateFolder, removeIfPossible, writeProblem } from './private-file.ts';

/** The longest path that a socket may have on every system. */
const LONGEST_PATH = 100;
const ANSWER_MS = 1_000;
const AGAIN_MS = 10;
/** On Linux an open folder has a name of its own, which is short. */
const OPEN_FILES = '/proc/self/fd';

/** Holds the place of the one runner of a folder. */
export interface Held {
	release(): Promise<void>;
}

/** What a runner says of itself to whoever asks. One that still starts may yet give way. */
type Standing = (typeof STANDINGS)[number];
const STANDINGS = ['starts', 'runs'] as const;

/**
 * Makes sure that one runner runs for each folder. Each that starts has a socket of its own in a folder that only
 * its person can enter, so that nobody else can take the place; the system lets go of it when the process ends,
 * however it ends. Whoever finds one that runs, or one that starts and whose name comes first, gives way.
 *
 * @param lockPath the folder for these sockets, which is made
 * @returns nothing where another runner has the place
 * @throws FileProblem where the folder is somebody else's, or cannot be written to
 */
export async function holdSingleInstance(lockPath: string): Promise<Held | undefined> {
	if (process.platform === 'win32') {
		const pipe = await listen(pipeFor(lockPath), () => 'runs');
		return pipe && { release: () => closed(pipe) };
	}
	const place = enter(lockPath);
	const own = `${randomBytes(4).toString('hex')}.sock`;
	let standing: Standing = 'starts';
	const server = await listen(join(place.path, own), () => standing);
	const release = async () => {
		if (server) await closed(server);
		place.leave();
	};
	for (;;) {
		const { others, dead } = await askOthers(place.path, own);
		const isBehind = others.some(({ name, says }) => says === 'runs' || name < own);
		if (!server || isBehind || !existsSync(join(place.path, own))) {
			await release();
			return undefined;
		}
		if (others.length === 0) {
			standing = 'runs';
			// Left behind by processes that were killed. Only whoever runs removes them: it may be in nobody's way.
			for (const name of dead) removeIfPossible(join(place.path, name));
			return { release };
		}
		// Those that come later decide now, and give way.
		await wait(AGAIN_MS);
	}
}

/** Whether a runner of this folder runs now. */
export async function isHeld(lockPath: string): Promise<boolean> {
	if (process.platform === 'win32') return (await ask(pipeFor(lockPath))) !== undefined;
	if (!existsSync(lockPath)) return false;
	const place = enter(lockPath);
	const { others } = await askOthers(place.path, '');
	place.leave();
	return others.length > 0;
}

const nameFor = (lockPath: string): string =>
	`coda-runner-${createHash('sha256').update(lockPath).digest('hex').slice(0, 24)}`;

/** Windows has no folders for these: whoever is signed in at that computer could take the name. */
const pipeFor = (lockPath: string): string => `\\\\.\\pipe\\${nameFor(lockPath)}`;

/** The folder for sockets, for its owner alone, by a path that is short enough for them. */
function enter(lockPath: string): { path: string; leave: () => void } {
	makePrivateFolder(lockPath);
	if (lockPath.length <= LONGEST_PATH - 14) return { path: lockPath, leave: () => {} };
	if (existsSync(OPEN_FILES)) {
		const folder = openSync(lockPath, constants.O_RDONLY | constants.O_DIRECTORY);
		return { path: `${OPEN_FILES}/${folder}`, leave: () => closeSync(folder) };
	}
	const path = join(tmpdir(), nameFor(lockPath));
	makePrivateFolder(path);
	return { path, leave: () => {} };
}

function listen(path: string, standing: () => Standing): Promise<Server | undefined> {
	return new Promise((resolve, reject) => {
		const server = createServer((socket) => {
			// Whoever asks may be gone before it hears.
			socket.on('error', () => {});
			socket.end(standing());
		});
		server.once('error', (cause: NodeJS.ErrnoException) => {
			if (cause.code === 'EADDRINUSE') resolve(undefined);
			else reject(writeProblem(path, cause));
		});
		server.listen(path, () => {
			if (!path.startsWith('\\\\')) chmodSync(path, 0o600);
			server.unref();
			resolve(server);
		});
	});
}

/** Who else is there, and the names of those who were. */
async function askOthers(path: string, own: string) {
	const names = readdirSync(path).filter((name) => name.endsWith('.sock') && name !== own);
	const said = await Promise.all(
		names.map(async (name) => ({ name, says: await ask(join(path, name)) }))
	);
	return {
		others: said.filter(({ says }) => says !== undefined),
		dead: said.filter(({ says }) => says === undefined).map(({ name }) => name)
	};
}

/** What one says; nothing where there is none, or it goes in this moment. One that is late is there all the same. */
function ask(path: string): Promise<Standing | undefined> {
	return new Promise((resolve) => {
		const socket = connect(path);
		let said = '';
		socket.setEncoding('utf8').on('data', (text: string) => (said += text));
		socket.setTimeout(ANSWER_MS, () => {
			resolve('runs');
			socket.destroy();
		});
		// So many ask it that it takes nobody more now.
		socket.on('error', ({ code }: NodeJS.ErrnoException) => code === 'EAGAIN' && resolve('runs'));
		socket.on('close', () => resolve(STANDINGS.find((one) => one === said)));
	});
}

const closed = (server: Server): Promise<void> =>
	new Promise((resolve) => server.close(() => resolve()));
