import { CommandProblem, type Given } from './command.ts';

/** `report on`, `report off`: whether faults of the runner itself are told to the app. Without a word it says so. */
export async function reportCommand({ store, words, say }: Given): Promise<number> {
	const [word] = words;
	if (word !== undefined && word !== 'on' && word !== 'off') {
		throw new CommandProblem('It is on or off: coda-runner report on');
	}
	if (word !== undefined) store.saveSettings({ ...store.settings, reportFaults: word === 'on' });
	// What was kept to be told is not told any more.
	if (word === 'off') store.removeFaults();
	say(reportWords(store.settings.reportFaults));
	return 0;
}

/** Whether faults are told, for the person. */
export const reportWords = (areTold: boolean): string =>
	areTold
		? 'Faults of the runner are told to your Coda. To keep them here: coda-runner report off'
		: 'Faults of the runner are told to nobody. To tell your Coda of them: coda-runner report on';
