import { inspect } from 'node:util';

/** A mistake of the program as lines, each set in: whatever its words are, none looks like a line of the program's own. */
export const bugLines = (cause: unknown): string[] =>
	inspect(cause)
		.split('\n')
		.map((line) => `  ${line}`);
