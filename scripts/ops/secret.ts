import { randomBytes } from 'node:crypto';
import { makeGrantKey } from '../local/secrets.ts';
import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';

export const secret: Command = {
	usage: 'secret [grant-key]',
	summary: 'prints a new secret, 32 random bytes as base64, or a new DEVMODE_GRANT_KEY',
	run: ([kind]) => {
		if (kind !== undefined && kind !== 'grant-key') throw new ScriptError(`Unknown: ${kind}`, 2);
		console.log(kind ? makeGrantKey() : randomBytes(32).toString('base64'));
	}
};
