import { EnvError, parseEnv } from '../../src/lib/server/env.ts';
import type { Command } from '../ops.ts';
import { tierArgument } from './tier.ts';

/** The names that a tier needs, found by checking an empty environment. */
function neededNames(tier: 'preview' | 'production'): string[] {
	try {
		parseEnv({ VERCEL: '1', VERCEL_URL: 'set-by-vercel.test' }, tier);
		return [];
	} catch (error) {
		if (!(error instanceof EnvError)) throw error;
		return error.issues.map(({ name }) => name);
	}
}

export const envPlan: Command = {
	usage: 'env:plan --tier production',
	summary: 'prints the Vercel commands that set what a tier needs',
	run(args) {
		const tier = tierArgument(args);
		if (tier === 'development') {
			console.log('Development needs nothing: "npm start" makes what is missing.');
			return;
		}
		console.log(`# Each asks for its value. A variable that exists already: "env update" instead.`);
		for (const name of neededNames(tier)) console.log(`pnpm dlx vercel env add ${name} ${tier}`);
		console.log('# Then deploy again: a running deployment keeps the variables it was made with.');
	}
};
