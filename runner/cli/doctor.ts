import { examine, type Finding } from '../core/examination.ts';
import type { Given } from './command.ts';

const MARKS: Record<Finding['state'], string> = { fine: 'ok', note: 'note', wrong: 'WRONG' };

/** `doctor`: what is there and what is missing. Answers 1 when something has to be mended. */
export async function doctorCommand({ store, server, say }: Given): Promise<number> {
	const findings = await examine(store, server);
	for (const { what, state, detail } of findings) {
		say(`${MARKS[state].padEnd(6)} ${what.padEnd(10)} ${detail}`);
	}
	const wrong = findings.filter(({ state }) => state === 'wrong').length;
	say('');
	if (wrong === 0) say('Nothing is wrong.');
	else say(wrong === 1 ? 'One thing is wrong.' : `${wrong} things are wrong.`);
	return wrong === 0 ? 0 : 1;
}
