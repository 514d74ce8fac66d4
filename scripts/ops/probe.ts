import { parseArgs } from 'node:util';
import { isProbe, PROBE_NAMES } from '../../src/lib/probes.ts';
import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';

/** A run may work for 50 seconds while somebody waits. */
const TIMEOUT_MS = 70_000;

/** What `GET /api/cron/probes` answers. */
interface Answer {
	success: boolean;
	error?: string;
	probes?: {
		probe: string;
		isOk: boolean;
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
		const answer = await ask(addressOf(values.url), name);
		if (values.json) console.log(JSON.stringify(answer, null, 2));
		else for (const line of linesOf(answer)) console.log(line);
		return answer.success ? 0 : 1;
	}
};

function addressOf(given: string | undefined): string {
	const address = given || process.env.CODA_URL || process.env.AUTH_URL;
	if (!address || !URL.canParse(address)) {
		throw new ScriptError('Say where: pnpm ops probe --url https://coda.example', 2);
	}
	return address;
}

/** It is tried where Coda runs, with its settings: this only knocks at the door. */
async function ask(address: string, name: string | undefined): Promise<Answer> {
	const { CRON_SECRET } = process.env;
	if (!CRON_SECRET) throw new ScriptError('CRON_SECRET is not set here.', 2);
	const url = new URL('/api/cron/probes', address);
	if (name) url.searchParams.set('name', name);
	const response = await fetch(url, {
		headers: { authorization: `Bearer ${CRON_SECRET}`, 'user-agent': 'coda-ops' },
		redirect: 'error',
		signal: AbortSignal.timeout(TIMEOUT_MS)
	}).catch(() => {
		throw new ScriptError(`${url.host} does not answer.`);
	});
	if (response.status === 401) {
		throw new ScriptError(`${url.host} takes another CRON_SECRET, or none.`);
	}
	const answer = (await response.json().catch(() => undefined)) as Answer | undefined;
	if (answer?.success === undefined)
		throw new ScriptError(`${url.host} answered ${response.status}.`);
	return answer;
}

/** A line for each probe. */
export function linesOf({ error, probes = [] }: Answer): string[] {
	if (error) return [error];
	const width = Math.max(...PROBE_NAMES.map((one) => one.length));
	return probes.map(({ probe, isOk, step, cause, durationMs, missing }) => {
		const says = missing
			? `not tried: ${missing}`
			: isOk
				? `works, ${durationMs} ms`
				: `FAILED after ${durationMs} ms at “${step}”: ${cause}`;
		return `${probe.padEnd(width)}  ${says}`;
	});
}
