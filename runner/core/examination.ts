import { spawnSync } from 'node:child_process';
import { httpApi } from './http-api.ts';
import { ApiProblem } from './api.ts';
import { environment } from './config.ts';
import { thisComputer } from './computer.ts';
import { FileProblem } from './private-file.ts';
import { Refused } from './refused.ts';
import type { Store } from './store.ts';

/** One thing that was looked at. */
export interface Finding {
	what: string;
	/** `note`: it goes without. */
	state: 'fine' | 'note' | 'wrong';
	/** What was found, and what to do about it. */
	detail: string;
}

const OLDEST_NODE = [20, 19] as const;

/** Looks at everything that a runner needs on its computer. */
export async function examine(store: Store, server: string | undefined): Promise<Finding[]> {
	return [
		nodeVersion(),
		await pseudoTerminal(),
		...(await ownFiles(store)),
		tmux(),
		await app(server ?? pairedServer(store))
	];
}

function nodeVersion(): Finding {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	const [oldest, oldestMinor] = OLDEST_NODE;
	const isFine = major > oldest || (major === oldest && minor >= oldestMinor);
	const detail = isFine ? process.versions.node : `${process.versions.node}: 20.19 is the oldest`;
	return { what: 'Node', state: isFine ? 'fine' : 'wrong', detail };
}

/** Whether the native part fits this system, by using it. */
async function pseudoTerminal(): Promise<Finding> {
	const what = 'Terminals';
	try {
		const { Pty } = await import('./pty.ts');
		const { file, args, env } = await thisComputer({
			...{ folders: [], terminals: true, passOn: [], shell: undefined }
		}).programFor(undefined);
		const folder = process.cwd();
		const pty = new Pty({ file, args, env, folder }, { cols: 80, rows: 24 });
		await new Promise<void>((resolve) => {
			pty.onEnd(() => resolve());
			pty.kill();
		});
		return { what, state: 'fine', detail: file };
	} catch (cause) {
		const why = cause instanceof Error ? cause.message : String(cause);
		return { what, state: 'wrong', detail: `no shell can be started here: ${why}` };
	}
}

async function ownFiles(store: Store): Promise<Finding[]> {
	try {
		const { paired, settings } = store;
		const pairing: Finding = paired
			? { what: 'Pairing', state: 'fine', detail: `${paired.personEmail} at ${paired.server}` }
			: { what: 'Pairing', state: 'note', detail: 'not paired yet: coda-runner pair' };
		return [pairing, await startFolder(settings.folders)];
	} catch (cause) {
		if (!(cause instanceof FileProblem)) throw cause;
		return [{ what: 'Files', state: 'wrong', detail: cause.message }];
	}
}

async function startFolder(folders: string[]): Promise<Finding> {
	const what = 'Folders';
	try {
		const computer = thisComputer({ folders, terminals: true, passOn: [] });
		for (const one of folders) await computer.folders.resolve(one);
		return { what, state: 'fine', detail: await computer.folders.resolve(undefined) };
	} catch (cause) {
		if (!(cause instanceof Refused)) throw cause;
		return { what, state: 'wrong', detail: `${cause.message} (${folders.join(', ')})` };
	}
}

function tmux(): Finding {
	const { stdout, status } = spawnSync('tmux', ['-V'], {
		encoding: 'utf8',
		env: { PATH: environment.PATH }
	});
	const detail = status === 0 ? stdout.trim() : 'not installed: terminals end with the runner';
	return { what: 'tmux', state: status === 0 ? 'fine' : 'note', detail };
}

async function app(server: string | undefined): Promise<Finding> {
	const what = 'Coda';
	if (server === undefined) return { what, state: 'note', detail: 'no address: use --server' };
	try {
		await httpApi(server).challenge({ runnerId: crypto.randomUUID() });
		return { what, state: 'fine', detail: server };
	} catch (cause) {
		if (!(cause instanceof ApiProblem)) throw cause;
		return { what, state: 'wrong', detail: cause.message };
	}
}

function pairedServer(store: Store): string | undefined {
	try {
		return store.paired?.server;
	} catch (cause) {
		// What is wrong with the file is a finding of its own.
		if (cause instanceof FileProblem) return undefined;
		throw cause;
	}
}
