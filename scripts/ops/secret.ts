import { randomBytes } from 'node:crypto';
import type { Command } from '../ops.ts';

export const secret: Command = {
	usage: 'secret',
	summary: 'prints a new secret: 32 random bytes as base64',
	run: () => console.log(randomBytes(32).toString('base64'))
};
