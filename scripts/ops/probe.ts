import { parseArgs } from 'node:util';
import { isProbe, PROBE_NAMES } from '../../src/lib/probes.ts';
import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';
import { doorOf, knock, type Door } from './door.ts';

const USAGE = 'Say where: pnpm ops probe --url https://coda.example';

/** What `GET /api/cron/probes` answers. */
interface Answer {
	success: boolean;
	error?: string;
	probes?: {
		probe: string;
		isOk: boolean;
		/** False where the run had to end before it. */
		wasTried?: boolean;
		step: string | null;
		cause: string | null;
		durationMs: number;
		missing: string | null;
	}[];
}

export const probe: Command = {
	usage: 'probe [name] --url <url> [--json]',
	summary: 'has a deployment try what people do: signing in, ideas, export, the relay',
	async run(args) {
		const { values, positionals } = parseArgs({
			args,
			allowPositionals: true,
			options: { url: { type: 'string' }, json: { type: 'boolean' } }
		});
		const [name] = positionals;
		if (name && !isProbe(name)) {
			throw new ScriptError(`There is no probe "${name}": ${PROBE_NAMES.join(', ')}.`, 2);
		}
		const answer = await ask(doorOf(values.url, USAGE), name);
		if (values.json) console.log(JSON.stringify(answer, null, 2));
		else for (const line of linesOf(answer)) console.log(line);
		return answer.success ? 0 : 1;
	}
};

/** It is tried where Coda runs, with its settings: this only knocks at the door. */
async function ask(door: Door, name: string | undefined): Promise<Answer> {
	const { status, body } = await knock(door, `/api/cron/probes${name ? `?name=${name}` : ''}`);
	const answer = body as Answer | undefined;
	if (answer?.success === undefined) throw new ScriptError(`${door.url.host} answered ${status}.`);
	return answer;
}

/** A line for each probe. */
export function linesOf({ error, probes = [] }: Answer): string[] {
	if (error) return [error];
	const width = Math.max(...PROBE_NAMES.map((one) => one.length));
	return probes.map(({ probe, isOk, wasTried, step, cause, durationMs, missing }) => {
		const says = missing
			? `not tried: ${missing}`
			: isOk
				? `works, ${durationMs} ms`
				: wasTried === false
					? `NOT TRIED: ${cause}`
					: `FAILED after ${durationMs} ms at “${step}”: ${cause}`;
		return `${probe.padEnd(width)}  ${says}`;
	});
}
