import { examine, type Finding } from '../core/examination.ts';
import type { Given } from './command.ts';

const MARKS: Record<Finding['state'], string> = { fine: 'ok   ', note: 'note ', wrong: 'WRONG' };

/** `doctor`: what is there and what is missing. Answers 1 when something has to be mended. */
export async function doctorCommand({ store, server, say }: Given): Promise<number> {
	const findings = await examine(store, server);
	for (const { what, state, detail } of findings) say(`${MARKS[state]} ${what}: ${detail}`);
	return findings.some(({ state }) => state === 'wrong') ? 1 : 0;
}
