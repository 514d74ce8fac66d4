import { homedir } from 'node:os';
import { environment, runnerFolder, type Settings } from './config.ts';
import { AllowedFolders } from './folders.ts';
import { Refused } from './refused.ts';
import type { SessionRules } from './sessions.ts';
import { findShell, shellEnvironment } from './shell.ts';
import { Tmux, tmuxServerOf } from './tmux.ts';

/** What this computer's owner allows, and how its shells are started. */
export interface Computer extends Pick<SessionRules, 'areOn' | 'programFor' | 'tmux' | 'idleMs'> {
	folders: AllowedFolders;
	/** Whether its person is asked before each new terminal. */
	asks?: boolean;
}

const HOUR_MS = 60 * 60_000;

/** The computer as its settings say. Without allowed folders, the person's own is. */
export function thisComputer(settings: Settings): Computer {
	const { folders, terminals, shell, passOn, ask, idleHours } = settings;
	const usualFolder = runnerFolder({ ...environment, CODA_RUNNER_DIR: undefined });
	const server = tmuxServerOf(runnerFolder(), usualFolder);
	const allowed = new AllowedFolders(folders.length > 0 ? folders : [homedir()]);
	return {
		folders: allowed,
		areOn: () => terminals,
		asks: ask,
		idleMs: idleHours > 0 ? idleHours * HOUR_MS : undefined,
		tmux: new Tmux(server, shellEnvironment(environment, passOn)),
		async programFor(folder) {
			const found = findShell(environment, shell);
			if (!found) throw new Refused('PRECONDITION_FAILED', 'There is no shell on that computer.');
			const env = shellEnvironment(environment, passOn);
			return { ...found, env, folder: await allowed.resolve(folder) };
		}
	};
}
