import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

export const neonBranch: Command = {
	usage: 'neon:branch <name> --dry-run',
	summary: 'prints the commands that make a Neon branch and its DATABASE_URL',
	run([name = '', ...args]) {
		if (!NAME.test(name))
			throw new ScriptError('Name the branch: pnpm ops neon:branch dev --dry-run', 2);
		if (!args.includes('--dry-run')) {
			throw new ScriptError('It only prints the commands so far: add --dry-run and run them.', 2);
		}
		console.log(`pnpm dlx neonctl branches create --name ${name}`);
		console.log(`export DATABASE_URL="$(pnpm dlx neonctl connection-string ${name} --pooled)"`);
		console.log(`export DIRECT_URL="$(pnpm dlx neonctl connection-string ${name})"`);
		console.log('pnpm db:migrate --yes');
	}
};
