import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { thisComputer } from './computer.ts';
import { environment, type Settings } from './config.ts';
import { reachability } from './reachability.ts';
import type { Paired } from './paired.ts';
import { FileProblem } from './private-file.ts';
import { Refused } from './refused.ts';
import { findShell } from './shell.ts';
import type { Store } from './store.ts';
import { RUNNER_VERSION } from './version.ts';

/** One thing that was looked at. */
export interface Finding {
	what: string;
	/** `note`: it goes without. */
	state: 'fine' | 'note' | 'wrong';
	/** What was found, and what to do about it. */
	detail: string;
}

const OLDEST_NODE = [20, 19] as const;

/** Looks at everything that a runner needs: on its computer, at the app and at the relay. */
export async function examine(store: Store, server: string | undefined): Promise<Finding[]> {
	const findings = [version(), nodeVersion(), files(store.folder)];
	let settings: Settings | undefined;
	let paired: Paired | undefined;
	try {
		({ settings, paired } = store);
	} catch (cause) {
		if (!(cause instanceof FileProblem)) throw cause;
		findings.push({ what: 'Files', state: 'wrong', detail: cause.message });
	}
	if (settings) {
		findings.push(await shell(settings), await tmux(settings), ...(await folders(settings)));
		findings.push(faults(settings));
	}
	return [...findings, ...(await reachability(paired, server))];
}

function version(): Finding {
	return { what: 'Runner', state: 'fine', detail: RUNNER_VERSION };
}

function nodeVersion(): Finding {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	const [oldest, oldestMinor] = OLDEST_NODE;
	const isFine = major > oldest || (major === oldest && minor >= oldestMinor);
	const detail = `${process.versions.node}${isFine ? '' : `: ${OLDEST_NODE.join('.')} is the oldest that works`}`;
	return { what: 'Node', state: isFine ? 'fine' : 'wrong', detail };
}

/** Whether the runner's folder can be written to, or be made. */
function files(folder: string): Finding {
	let there = folder;
	while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
	try {
		accessSync(there, constants.W_OK | constants.X_OK);
		return { what: 'Files', state: 'fine', detail: folder };
	} catch {
		return { what: 'Files', state: 'wrong', detail: `${there} cannot be written to` };
	}
}

/** Whether a shell starts, by starting one: the part of it that is made for this system may be another's. */
async function shell(settings: Settings): Promise<Finding> {
	const what = 'Terminals';
	if (!settings.terminals) {
		return { what, state: 'note', detail: 'switched off in settings.json' };
	}
	try {
		const { Pty } = await import('./pty.ts');
		const found = findShell(environment, settings.shell);
		if (!found) return { what, state: 'wrong', detail: 'there is no shell on this computer' };
		const { file } = found;
		const env = { TERM: 'dumb' };
		const pty = new Pty({ file, args: [], env, folder: '/' }, { cols: 80, rows: 24 });
		await new Promise<void>((resolve) => {
			pty.onEnd(() => resolve());
			pty.kill();
		});
		if (settings.shell !== undefined && settings.shell !== file) {
			const detail = `${file}, because ${settings.shell} of settings.json cannot be run`;
			return { what, state: 'note', detail };
		}
		return { what, state: 'fine', detail: file };
	} catch (cause) {
		const why = cause instanceof Error ? cause.message : String(cause);
		return { what, state: 'wrong', detail: `no shell can be started: ${why}` };
	}
}

/** Whether terminals can be kept in tmux. They need not be. */
async function tmux(settings: Settings): Promise<Finding> {
	const what = 'tmux';
	try {
		return { what, state: 'fine', detail: (await thisComputer(settings).tmux?.version()) ?? '' };
	} catch (cause) {
		if (!(cause instanceof Refused)) throw cause;
		return { what, state: 'note', detail: cause.message };
	}
}

/** Whether the app hears of faults of the runner. It need not. */
function faults({ reportFaults }: Settings): Finding {
	const detail = reportFaults ? 'told to your Coda' : 'told to nobody: coda-runner report on';
	return { what: 'Faults', state: 'fine', detail };
}

async function folders(settings: Settings): Promise<Finding[]> {
	const allowed = thisComputer(settings).folders;
	const { folders: listed } = await allowed.list(undefined);
	return Promise.all(
		listed.map(async ({ path }): Promise<Finding> => {
			try {
				return { what: 'Folder', state: 'fine', detail: await allowed.resolve(path) };
			} catch (cause) {
				if (!(cause instanceof Refused)) throw cause;
				return { what: 'Folder', state: 'wrong', detail: `${path}: ${cause.message}` };
			}
		})
	);
}
