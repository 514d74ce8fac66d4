import { isHeld } from '../core/single-instance.ts';
import { CommandProblem, type Given } from './command.ts';

/** `unpair`: forgets the pairing and its key on this computer. */
export async function unpairCommand({ store, say }: Given): Promise<number> {
	if (await isHeld(store.lockPath)) throw new CommandProblem('A runner runs here. Stop it first.');
	// Whatever is in the file: it is to go, also where it cannot be read.
	store.removePaired();
	say(
		'This computer has forgotten its pairing. Remove it on the devices page of your Coda as well.'
	);
	return 0;
}
