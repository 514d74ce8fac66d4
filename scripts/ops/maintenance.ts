import { parseArgs } from 'node:util';
import { MAINTENANCE_MODES } from '../../src/lib/schemas/switches.ts';
import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';
import { durationSeconds, inSeconds } from './operator.ts';
import { applySwitch, clearByName } from './switch.ts';

const OPTIONS = {
	message: { type: 'string', default: '' },
	for: { type: 'string' },
	in: { type: 'string' },
	takes: { type: 'string' },
	reason: { type: 'string', default: '' }
} as const;

export const maintenance: Command = {
	usage: 'maintenance off|read-only|full',
	summary: 'shuts Coda and opens it: --message, --for 10m, --in 30m, --takes 1h, --reason',
	async run(args) {
		const { positionals, values } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
		const mode = MAINTENANCE_MODES.find((one) => one === positionals[0]);
		if (!mode) throw new ScriptError('Say how far: pnpm ops maintenance off|read-only|full', 2);
		if (mode === 'off') return clearByName('maintenance', values.reason);
		const begins = durationSeconds('--in', values.in);
		const takes = durationSeconds('--takes', values.takes);
		return applySwitch({
			name: 'maintenance',
			value: {
				mode,
				message: values.message,
				startsAt: inSeconds(begins),
				until: takes === null ? null : inSeconds((begins ?? 0) + takes)
			},
			forSeconds: durationSeconds('--for', values.for),
			reason: values.reason,
			// Whoever types the word at a terminal means it.
			confirmed: true
		});
	}
};
