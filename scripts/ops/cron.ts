import { parseArgs } from 'node:util';
import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';
import { doorOf, knock, type Door } from './door.ts';

const USAGE =
	'Say what: pnpm ops cron list, cron check or cron run <task>, with --url https://coda.example';

/** A task as `GET /api/cron` lists it. */
interface ListedTask {
	name: string;
	state: string;
	schedule: string;
	lastStartedAt: string | null;
	nextDueAt: string;
}

async function list(door: Door): Promise<number> {
	const { status, body } = await knock(door, '/api/cron');
	if (status !== 200 || !body) throw new ScriptError(`${door.url.host} answered ${status}.`);
	const { tasks } = body as { tasks: ListedTask[] };
	const width = Math.max(...tasks.map(({ name }) => name.length));
	for (const { name, state, schedule, lastStartedAt, nextDueAt } of tasks) {
		const [last, next] = [lastStartedAt ?? 'never', nextDueAt].map((at) =>
			at.slice(0, 16).padEnd(16)
		);
		console.log(
			`${name.padEnd(width)}  ${state.padEnd(16)}  last ${last}  due ${next}  ${schedule}`
		);
	}
	return tasks.some(({ state }) => state === 'down') ? 1 : 0;
}

async function check(door: Door): Promise<number> {
	const { status } = await knock(door, '/api/cron');
	// An outage there still says that the secret was right: it is looked at first.
	console.log(`${door.url.host} takes the CRON_SECRET that is set here.`);
	if (status !== 200) console.log(`It answered ${status}, so something else is wrong there.`);
	return status === 200 ? 0 : 1;
}

async function run(door: Door, task: string | undefined): Promise<number> {
	if (!task) throw new ScriptError(USAGE, 2);
	const { status, body } = await knock(door, `/api/cron/${encodeURIComponent(task)}`);
	if (status === 404) throw new ScriptError(`There is no task "${task}".`, 2);
	console.log(JSON.stringify(body ?? {}, null, 2));
	return status === 200 ? 0 : 1;
}

export const cron: Command = {
	usage: 'cron list|check|run <task> --url <url>',
	summary: 'how the tasks of a deployment stand; tries the cron secret; runs a task there',
	run(args) {
		const { values, positionals } = parseArgs({
			args,
			allowPositionals: true,
			options: { url: { type: 'string' } }
		});
		const [verb, task] = positionals;
		if (verb === 'list') return list(doorOf(values.url, USAGE));
		if (verb === 'check') return check(doorOf(values.url, USAGE));
		if (verb === 'run') return run(doorOf(values.url, USAGE), task);
		throw new ScriptError(USAGE, 2);
	}
};
