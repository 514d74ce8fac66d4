import { relayVariables } from '../../relay/env.ts';
import { runnerVariables } from '../../runner/core/config.ts';
import { EnvError, OLD_NAMES, parseEnv, variables } from '../../src/lib/server/env.ts';
import type { Command } from '../ops.ts';
import { tierArgument } from './tier.ts';

const OURS =
	/^(CODA|ADMIN|AUTH|NEXTAUTH|EMAIL|UPSTASH|CRON|DEVMODE|PUBLIC|NEXT_PUBLIC|LOG|RELAY|DATABASE|DIRECT|RESEND|TRUSTED)_/;

/** Variables that look like Coda's and are read by nothing: often a slip of the pen. */
function unknownNames(): string[] {
	const read = [variables.shape, relayVariables.shape, runnerVariables.shape, OLD_NAMES].flatMap(
		Object.keys
	);
	const known = new Set(read);
	return Object.keys(process.env).filter((name) => OURS.test(name) && !known.has(name));
}

export const envCheck: Command = {
	usage: 'env:check --tier production',
	summary: 'says which variables are missing, weak or unknown for a tier',
	run(args) {
		const tier = tierArgument(args);
		for (const name of unknownNames()) console.log(`? ${name} is read by nothing`);
		try {
			const { warnings } = parseEnv(process.env, tier);
			for (const warning of warnings) console.log(`! ${warning}`);
			console.log(`The ${tier} environment is complete.`);
			return 0;
		} catch (error) {
			if (!(error instanceof EnvError)) throw error;
			console.error(error.message);
			return 1;
		}
	}
};
