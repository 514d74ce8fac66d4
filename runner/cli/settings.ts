import type { Settings } from '../core/config.ts';
import { AllowedFolders } from '../core/folders.ts';
import { Refused } from '../core/refused.ts';
import { CommandProblem, type Given } from './command.ts';

/**
 * The settings as this command wants them: as they were, with the folders that it names.
 *
 * @throws CommandProblem for a folder that no terminal could begin in
 */
export async function wantedSettings({
	store,
	folders
}: Pick<Given, 'store' | 'folders'>): Promise<Settings> {
	const { settings } = store;
	if (folders.length === 0) return settings;
	for (const folder of folders) {
		try {
			await new AllowedFolders([folder]).resolve(folder);
		} catch (cause) {
			if (!(cause instanceof Refused)) throw cause;
			throw new CommandProblem(`${folder}: ${cause.message}`);
		}
	}
	return { ...settings, folders };
}
