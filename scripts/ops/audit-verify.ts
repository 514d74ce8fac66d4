import { parseArgs } from 'node:util';
import {
	SNAPSHOT,
	verifyAudit,
	type Fault,
	type Verdict
} from '../../src/lib/server/services/audit-verify.ts';
import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';
import { asOperator } from './operator.ts';

const FAULTS: Record<Fault['kind'], string> = {
	altered: 'An entry is not what was sealed',
	missing: 'An entry is missing',
	extra: 'An entry was never sealed, and has a number or a hash',
	segmentAltered: 'A segment is not what was sealed',
	segmentMissing: 'A segment is missing',
	droppedEarly: 'A segment was dropped before its time',
	notInChain:
		'The expected hash is not in the chain: its end was cut off, or all of it was rewritten'
};

/** What verifying found, as lines for the terminal. */
export function verdictLines({ entries, segments, head, fault, late }: Verdict): string[] {
	const lines = fault
		? [`${FAULTS[fault.kind]}.`, ...placeOf(fault)]
		: [`${entries} entries in ${segments} segments are as they were sealed.`];
	if (late > 0) lines.push(`Warning: ${late} entries wait to be sealed for over ten minutes.`);
	lines.push(`Verified up to number ${head.sequence}, hash ${head.hash}`);
	return lines;
}

const placeOf = ({ sequence, id, at }: Fault): string[] => [
	...(sequence === undefined ? [] : [`  number ${sequence}`]),
	...(id ? [`  id     ${id}`] : []),
	...(at ? [`  time   ${at.toISOString()}`] : [])
];

export const auditVerify: Command = {
	usage: 'audit:verify',
	summary: 'computes the chain of the audit anew; --expect <hash> wants a noted hash in it',
	async run(args) {
		const { values } = parseArgs({ args, options: { expect: { type: 'string' } } });
		if (values.expect !== undefined && !/^[0-9a-f]{64}$/.test(values.expect)) {
			throw new ScriptError('A hash has 64 hexadecimal digits.', 2);
		}
		const verdict = await asOperator((tx) => verifyAudit(tx, values.expect), SNAPSHOT);
		for (const line of verdictLines(verdict)) console.log(line);
		return verdict.fault ? 1 : 0;
	}
};
