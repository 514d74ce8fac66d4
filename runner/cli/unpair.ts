import { ApiProblem } from '../core/api.ts';
import { httpApi } from '../core/http-api.ts';
import type { Paired } from '../core/paired.ts';
import { FileProblem } from '../core/private-file.ts';
import { isHeld } from '../core/single-instance.ts';
import { unpair } from '../core/unpairing.ts';
import { CommandProblem, type Given } from './command.ts';

/** `unpair`: ends the pairing, and forgets it and its key on this computer. */
export async function unpairCommand({ store, say }: Given): Promise<number> {
	if (await isHeld(store.lockPath)) throw new CommandProblem('A runner runs here. Stop it first.');
	let paired: Paired | undefined;
	let problem: string | undefined;
	try {
		paired = store.paired;
		if (paired) await unpair(httpApi(paired.server), paired);
	} catch (cause) {
		if (!(cause instanceof ApiProblem || cause instanceof FileProblem)) throw cause;
		problem = cause.message;
	}
	if (!paired && problem === undefined) {
		say('This computer is not paired.');
		return 0;
	}
	// Whatever is in the file, and whether the app could be told: it is to go.
	store.removePaired();
	if (problem === undefined) {
		say('Unpaired. This computer has forgotten its key.');
		return 0;
	}
	say(`This computer has forgotten its key, but your Coda was not told: ${problem}`);
	say('Unpair it on the devices page as well.');
	return 1;
}
