import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import {
	ClearSwitch,
	SetSwitch,
	SWITCH_NAMES,
	type SwitchName
} from '../../src/lib/schemas/switches.ts';
import type { Transaction } from '../../src/lib/server/db.ts';
import { inWords, removeSwitch, writeSwitch } from '../../src/lib/server/services/switches.ts';
import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';
import { asOperator, durationSeconds } from './operator.ts';

const USAGE = `Say which:
  pnpm ops switch list
  pnpm ops switch set rateMultiplier 0.5 --for 1h --reason "flood from one network"
  pnpm ops switch set signUps off
  pnpm ops switch set announcement "Saved ideas of 12:00 to 12:10 were lost." --tone warning --link /report
  pnpm ops switch clear rateMultiplier
The switches: ${SWITCH_NAMES.join(', ')}. For maintenance there is "pnpm ops maintenance".`;

const OPTIONS = {
	for: { type: 'string' },
	reason: { type: 'string', default: '' },
	tone: { type: 'string', default: 'info' },
	link: { type: 'string' },
	'link-label': { type: 'string', default: '' }
} as const;

type Options = ReturnType<typeof parse>['values'];

const parse = (args: string[]) => parseArgs({ args, options: OPTIONS, allowPositionals: true });

export const switchCommand: Command = {
	usage: 'switch list|set|clear …',
	summary: 'shows and changes what can be changed without a deploy',
	async run(args) {
		const { positionals, values } = parse(args);
		const [verb, name = '', value = ''] = positionals;
		if (verb === 'list') return list();
		if (verb === 'set' && value) return set(name, value, values);
		if (verb === 'clear' && name) return clear(name, values);
		throw new ScriptError(USAGE, 2);
	}
};

/** What is set, read from the database: a switch at its default has no row. */
async function list(): Promise<void> {
	const rows = await asOperator((tx) => setSwitches(tx));
	for (const name of SWITCH_NAMES) {
		const row = rows.find((one) => one.name === name);
		const until = row?.expiresAt ? `until ${row.expiresAt.toISOString()}` : 'until changed';
		const says = row
			? `${inWords(name, row.value)}, set ${row.setAt.toISOString()} by ${row.setBy ?? '?'}, ${until}`
			: 'default';
		console.log(`${name.padEnd(16)} ${says}`);
	}
}

const setSwitches = (tx: Transaction) =>
	tx.switch.findMany({ where: { OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] } });

async function set(name: string, given: string, options: Options): Promise<void> {
	if (name === 'maintenance') throw new ScriptError(USAGE, 2);
	await applySwitch({
		name,
		value: valueOf(name, given, options),
		forSeconds: durationSeconds('--for', options.for),
		reason: options.reason
	});
}

/** Checks a change as the page would, writes it, and says what holds from now on. @throws ScriptError */
export async function applySwitch(change: object): Promise<void> {
	const input = SetSwitch.safeParse(change);
	if (!input.success) throw new ScriptError(`${input.error.issues[0]?.message}\n\n${USAGE}`, 2);
	const { name, value } = input.data;
	const expiresAt = await asOperator((tx, operator) => writeSwitch(tx, operator, input.data));
	const until = expiresAt ? `until ${expiresAt.toISOString()}` : 'until changed';
	console.log(`${name}: ${inWords(name, value)}, ${until}. It holds everywhere within 5 seconds.`);
}

async function clear(name: string, { reason }: Options): Promise<void> {
	const input = ClearSwitch.safeParse({ name, reason });
	if (!input.success) throw new ScriptError(`${input.error.issues[0]?.message}\n\n${USAGE}`, 2);
	await clearByName(input.data.name, reason);
}

/** Brings a switch back to its default, and says so. */
export async function clearByName(name: SwitchName, reason: string): Promise<void> {
	const wasSet = await asOperator((tx, operator) => removeSwitch(tx, operator, { name, reason }));
	console.log(wasSet ? `${name}: back to the default.` : `${name} was at its default already.`);
}

/** The value that words on the command line mean. What they have wrong, the shape refuses. */
function valueOf(name: string, given: string, options: Options): unknown {
	if (name === 'rateMultiplier' || name === 'viewSampling') return Number(given);
	if (name === 'announcement') {
		const link = options.link ? { href: options.link, label: options['link-label'] } : null;
		return { id: randomUUID(), text: given, tone: options.tone, link };
	}
	if (name === 'logLevel') return given;
	return given === 'on' ? true : given === 'off' ? false : given;
}
