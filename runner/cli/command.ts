import type { Store } from '../core/store.ts';

/** What a command gets. */
export interface Given {
	store: Store;
	/** The app's address, as it was typed. */
	server: string | undefined;
	/** What the computer is called in the app. */
	name: string | undefined;
	/** Folders that terminals may begin in, absolute. */
	folders: string[];
	/** What stood after the command. */
	words: string[];
	/** Prints lines, each on its own: what would begin another one in it is taken out. */
	say: (...lines: string[]) => void;
	/** Aborted when the person wants an end. */
	signal: AbortSignal;
}

/** A command answers its exit code. */
export type Command = (given: Given) => Promise<number>;

/** The person can mend it, and the message says how: it is printed alone. */
export class CommandProblem extends Error {
	constructor(message: string) {
		super(message);
		this.name = 'CommandProblem';
	}
}
