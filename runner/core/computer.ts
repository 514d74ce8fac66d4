import { homedir } from 'node:os';
import { environment, type Settings } from './config.ts';
import { AllowedFolders } from './folders.ts';
import { Refused } from './refused.ts';
import type { SessionRules } from './sessions.ts';
import { findShell, shellEnvironment } from './shell.ts';

/** What this computer's owner allows, and how its shells are started. */
export interface Computer extends Pick<SessionRules, 'areOn' | 'programFor'> {
	folders: AllowedFolders;
}

/** The computer as its settings say. Without allowed folders, the person's own is. */
export function thisComputer({ folders, terminals, shell, passOn }: Settings): Computer {
	const allowed = new AllowedFolders(folders.length > 0 ? folders : [homedir()]);
	return {
		folders: allowed,
		areOn: () => terminals,
		async programFor(folder) {
			const found = findShell(environment, shell);
			if (!found) throw new Refused('PRECONDITION_FAILED', 'There is no shell on that computer.');
			const env = shellEnvironment(environment, passOn);
			return { ...found, env, folder: await allowed.resolve(folder) };
		}
	};
}
