import { parseArgs } from 'node:util';
import { LogFilter } from '../../src/lib/schemas/logs.ts';
import { findLogLines, type LogLine } from '../../src/lib/server/services/log-lines.ts';
import { visibly } from '../../src/lib/visible-text.ts';
import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';
import { asOperator, durationSeconds } from './operator.ts';

const MOST_LINES = 10_000;

const OPTIONS = {
	level: { type: 'string' },
	text: { type: 'string' },
	route: { type: 'string' },
	request: { type: 'string' },
	user: { type: 'string' },
	run: { type: 'string' },
	source: { type: 'string' },
	release: { type: 'string' },
	since: { type: 'string', default: '1h' },
	limit: { type: 'string', default: '200' },
	json: { type: 'boolean', default: false }
} as const;

const USAGE = `Say what to look for:
  pnpm ops logs --level error --since 24h
  pnpm ops logs --request 0f7c3f5e-6a9b-4a51-9d21-5d1f0c2c8a11 --since 14d
  pnpm ops logs --text P2022 --route "/(app)/ideas" --limit 50 --json
Also --user, --run, --source and --release. --since is 1h unless you say.`;

/** A line as it is printed: nothing in it moves the cursor or colours the terminal. */
export function lineInWords({ at, level, message, source, ...rest }: LogLine): string {
	const { route, requestId, userId, runId, fields } = rest;
	const where = [
		source === 'app' ? '' : source,
		route ?? '',
		requestId && `request ${requestId}`,
		userId && `user ${userId}`,
		runId && `run ${runId}`,
		fields === '{}' ? '' : fields
	];
	const parts = [at.toISOString(), level.toUpperCase().padEnd(5), message, ...where];
	return visibly(parts.filter(Boolean).join('  '));
}

/** What was asked for, checked as the page checks it. @throws ScriptError */
export function logSearch(args: string[], now = new Date()) {
	const { since, limit, json, ...given } = parsed(args);
	const seconds = durationSeconds('--since', since) ?? 0;
	const filter = LogFilter.safeParse({
		...given,
		from: new Date(now.valueOf() - seconds * 1_000).toISOString()
	});
	const take = Number(limit);
	if (!filter.success) throw new ScriptError(`${filter.error.issues[0]?.message}\n\n${USAGE}`, 2);
	if (!Number.isInteger(take) || take < 1 || take > MOST_LINES) {
		throw new ScriptError(`--limit is a number from 1 to ${MOST_LINES}.`, 2);
	}
	return { filter: filter.data, take, json };
}

function parsed(args: string[]) {
	try {
		return parseArgs({ args, options: OPTIONS }).values;
	} catch {
		throw new ScriptError(USAGE, 2);
	}
}

export const logs: Command = {
	usage: 'logs --level error --since 1h',
	summary: 'lines of the log that the database keeps; --request, --text, --user, --json and more',
	async run(args) {
		const { json, ...search } = logSearch(args);
		const lines = await asOperator((tx) => findLogLines(tx, search));
		for (const { fields, ...line } of lines.toReversed()) {
			console.log(
				json
					? JSON.stringify({ ...line, fields: JSON.parse(fields) as unknown })
					: lineInWords({ ...line, fields })
			);
		}
		if (lines.length === 0) console.error('No line matches.');
		if (lines.length === search.take)
			console.error('There may be more: --limit, or a shorter --since.');
	}
};
