import { execFileSync } from 'node:child_process';
import { projectRoot } from '../local/project.ts';
import { messageOf, ScriptError } from '../local/script.ts';
import { readMigrations } from '../migrations/folder.ts';
import { lintMigrations } from '../migrations/lint.ts';
import { pendingMigrations } from '../migrations/pending.ts';
import type { Command } from '../ops.ts';

/** One line of the list: done, not done, or a thing that only a person can know. */
interface Item {
	status: 'pass' | 'fail' | 'ask';
	text: string;
}

const SIGN = { pass: '[x]', fail: '[ ]', ask: '[?]' } as const;

function gitIsClean(): Item {
	const dirty = execFileSync('git', ['status', '--porcelain', 'prisma'], {
		cwd: projectRoot,
		encoding: 'utf8'
	});
	return {
		status: dirty === '' ? 'pass' : 'fail',
		text: 'The schema and its migrations are committed together'
	};
}

async function pendingItems(url: string): Promise<Item[]> {
	const pending = await pendingMigrations(url);
	if (pending.length === 0) return [{ status: 'pass', text: 'Nothing is waiting to be applied' }];
	const waiting = readMigrations().filter(({ name }) => pending.includes(name));
	const reports = await lintMigrations(waiting);
	return reports.flatMap(({ name, findings, ok }): Item[] => {
		const text = `${name}: the release that runs now works with it`;
		const problems = findings.flatMap(({ problem }) => problem ?? []);
		return [
			{ status: ok ? 'pass' : 'fail', text },
			...problems.map((problem): Item => ({ status: 'fail', text: `  ${problem}` }))
		];
	});
}

export const migratePreflight: Command = {
	usage: 'migrate:preflight',
	summary: 'goes through the list before a migration of the database of DATABASE_URL',
	async run() {
		const url = process.env.DIRECT_URL || process.env.DATABASE_URL;
		if (!url) throw new ScriptError('Set DATABASE_URL to the database that will be migrated.');
		let items: Item[];
		try {
			items = [gitIsClean(), ...(await pendingItems(url))];
		} catch (error) {
			throw new ScriptError(`The database does not answer: ${messageOf(error)}`);
		}
		items.push(
			{ status: 'ask', text: 'It was applied to a preview of this branch, and the preview works' },
			{ status: 'ask', text: 'Point-in-time recovery of the database reaches back to now' }
		);
		for (const { status, text } of items) console.log(`${SIGN[status]} ${text}`);
		return items.some(({ status }) => status === 'fail') ? 1 : 0;
	}
};
