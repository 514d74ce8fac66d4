import { tierOf, type Tier } from '../../src/lib/server/env.ts';
import { ScriptError } from '../local/script.ts';

const TIERS: readonly string[] = ['development', 'preview', 'production'];

/** The tier that `--tier X` names, else the one of this environment. @throws ScriptError */
export function tierArgument(args: string[]): Tier {
	const at = args.findIndex((arg) => arg === '--tier' || arg.startsWith('--tier='));
	if (at < 0) return tierOf(process.env);
	const tier = args[at]?.split('=')[1] ?? args[at + 1] ?? '';
	if (!TIERS.includes(tier)) throw new ScriptError(`--tier is one of ${TIERS.join(', ')}.`, 2);
	return tier as Tier;
}
