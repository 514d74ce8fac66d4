import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { variables } from '$lib/server/env';
import { RULE_KEYS } from '$lib/server/services/alert-rules';
import { TASK_NAMES } from '$lib/server/tasks';
import { relayVariables } from '../../relay/env.ts';
import {
	COMMANDS as RUNNER_COMMANDS,
	OPTIONS as RUNNER_OPTIONS
} from '../../runner/cli/commands.ts';
import { runnerVariables, Settings } from '../../runner/core/config.ts';
import { COMMANDS } from '../../scripts/ops';

const root = fileURLToPath(new URL('../../', import.meta.url));
const scripts = (
	JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
		scripts: Record<string, string>;
	}
).scripts;

const documents = [
	...readdirSync(root).filter((name) => name.endsWith('.md')),
	...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.md'))
		.map((name) => join('docs', name))
];

/** The names by which GitHub links to the headings of a document. */
const headingsOf = (path: string) =>
	[...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, words = '']) =>
		words
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-')
	);

/** What pnpm itself knows, besides the scripts of package.json. */
const PNPM = new Set(['install', 'exec', 'dlx', 'prisma', 'add', 'run', 'i']);

describe.each(documents)('%s', (name) => {
	const text = readFileSync(join(root, name), 'utf8');

	test('names only commands that exist', () => {
		for (const [, command = '', argument = ''] of text.matchAll(
			/(?:^|[`\s$(])pnpm ([a-z][\w:-]*)(?: ([\w:-]+))?/gm
		)) {
			if (command === 'ops')
				expect(Object.keys(COMMANDS), `pnpm ops ${argument}`).toContain(argument);
			else expect(PNPM.has(command) || command in scripts, `pnpm ${command}`).toBe(true);
		}
	});

	test('links only to files that exist', () => {
		for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)\s#]+)/g)) {
			expect(existsSync(join(root, name, '..', target)), target).toBe(true);
		}
	});

	test('links only to headings that are there', () => {
		for (const [, target = '', heading = ''] of text.matchAll(
			/\]\((?!https?:|mailto:)([^)\s#]*)#([^)\s]+)\)/g
		)) {
			const other = target ? join(root, name, '..', target) : join(root, name);
			if (other.endsWith('.md'))
				expect(headingsOf(other), `${target}#${heading}`).toContain(heading);
		}
	});
});

describe('the variables table of CONTRIBUTING.md', () => {
	test('names what the programs read', () => {
		const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
		const section = text.split(/^## Variables$/m)[1]?.split(/^## /m)[0] ?? '';
		const names = [...section.matchAll(/^\| `([A-Z][A-Z0-9_]*)`/gm)].map(([, name]) => name);

		const read = new Set(
			[variables, relayVariables, runnerVariables].flatMap(({ shape }) => Object.keys(shape))
		);

		expect(names.toSorted()).toEqual([...read].toSorted());
	});
});

describe('the table of docs/operations/cron.md', () => {
	test('names every task', () => {
		const text = readFileSync(join(root, 'docs/operations/cron.md'), 'utf8');
		const table = text.split(/\n\n/).find((part) => part.startsWith('| Task ')) ?? '';
		const names = [...table.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);

		expect(names.toSorted()).toEqual(TASK_NAMES.toSorted());
	});
});

describe('the table of docs/operations/alerts.md', () => {
	test('says of every rule what to do', () => {
		const text = readFileSync(join(root, 'docs/operations/alerts.md'), 'utf8');
		const table = text.split(/\n\n/).find((part) => part.startsWith('| Rule ')) ?? '';
		const names = [...table.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);

		expect(names.toSorted()).toEqual(RULE_KEYS.toSorted());
	});
});

describe('the page of the runner', () => {
	const text = readFileSync(join(root, 'docs/runner.md'), 'utf8');

	test('names only commands and options that the runner has', () => {
		const calls = [...text.matchAll(/coda-runner ([a-z]+)([^`\n]*)/g)];
		const options = [...text.matchAll(/[ `]--([a-z]+)/g)].map(([, name = '']) => name);

		expect(calls.map(([, command]) => command).toSorted()).toEqual(
			expect.arrayContaining(Object.keys(RUNNER_COMMANDS).toSorted())
		);
		for (const [, command = ''] of calls) expect(Object.keys(RUNNER_COMMANDS)).toContain(command);
		for (const name of options) expect(Object.keys(RUNNER_OPTIONS)).toContain(name);
	});

	test('names the settings that there are', () => {
		const names = [...text.matchAll(/^\| `([a-z]\w+)` /gm)].map(([, name]) => name);

		expect(names).toEqual(Object.keys(Settings.shape));
	});
});

describe('decision records', () => {
	test('have at most sixty lines', () => {
		for (const name of readdirSync(join(root, 'docs/adr'))) {
			const lines = readFileSync(join(root, 'docs/adr', name), 'utf8')
				.trimEnd()
				.split('\n');
			expect(lines.length, name).toBeLessThanOrEqual(60);
		}
	});
});
