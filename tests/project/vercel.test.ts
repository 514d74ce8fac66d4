import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Cron } from 'croner';
import { TASKS } from '$lib/server/tasks';
import securityHeaders from '$lib/server/security-headers.json';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const vercel = JSON.parse(read('vercel.json')) as {
	framework: string;
	regions: string[];
	buildCommand: string;
	devCommand: string;
	installCommand: string;
	crons: { path: string; schedule: string }[];
	headers: { source: string; headers: { key: string; value: string }[] }[];
	git: { deploymentEnabled: Record<string, boolean> };
};
const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;

describe('vercel.json', () => {
	test('calls exactly the tasks that Vercel is to call, when they are due', () => {
		const due = Object.entries(TASKS)
			.filter(([, { onVercel }]) => onVercel)
			.map(([name, { schedule }]) => ({ path: `/api/cron/${name}`, schedule }));

		expect(vercel.crons).toEqual(due);
		expect(vercel.crons).toContainEqual({
			path: '/api/cron/purge-soft-deletes',
			schedule: '0 8 * * *'
		});
	});

	test('has no schedule that a hobby plan refuses', () => {
		for (const { schedule } of vercel.crons) {
			const [first, second] = new Cron(schedule, { timezone: 'UTC' }).nextRuns(2);
			const hours = ((second?.valueOf() ?? 0) - (first?.valueOf() ?? 0)) / 3_600_000;
			expect(hours).toBeGreaterThanOrEqual(24);
		}
	});

	test('runs in one region, the one of the functions', () => {
		expect(vercel.regions).toEqual(['iad1']);
		expect(read('svelte.config.js')).toContain("regions: ['iad1']");
	});

	test('names commands that exist', () => {
		expect(vercel.framework).toBe('sveltekit-1');
		expect(vercel.installCommand).toBe('pnpm install --frozen-lockfile');
		for (const command of [vercel.buildCommand, vercel.devCommand]) {
			expect(scripts).toHaveProperty(command.replace(/^pnpm /, ''));
		}
	});

	test('does not deploy main by itself: the pipeline migrates first', () => {
		expect(vercel.git.deploymentEnabled.main).toBe(false);
	});

	test('gives files and prerendered pages the headers that the program gives', () => {
		const [all] = vercel.headers;

		expect(all?.source).toBe('/(.*)');
		const headers = Object.fromEntries(
			(all?.headers ?? []).map(({ key, value }) => [key.toLowerCase(), value])
		);
		expect(headers).toMatchObject(securityHeaders);
		expect(headers['strict-transport-security']).toContain('max-age=');
	});
});

describe('tasks', () => {
	test('each has its own file', () => {
		const files = readdirSync(new URL('../../src/lib/server/tasks/', import.meta.url));

		for (const name of Object.keys(TASKS)) expect(files).toContain(`${name}.ts`);
	});
});

describe('package.json', () => {
	test('has the commands that the documents promise', () => {
		for (const name of [
			...['start', 'dev', 'build', 'preview', 'check', 'typecheck', 'lint', 'verify', 'ops'],
			...['test', 'test:e2e', 'test:nightly', 'bench:web', 'postbuild'],
			...['db:up', 'db:migrate', 'db:generate', 'db:studio', 'db:reset', 'db:seed']
		]) {
			expect(scripts).toHaveProperty(name);
		}
	});

	test('points every script at a file that exists', () => {
		for (const command of Object.values(scripts)) {
			const file = command.match(/scripts\/[\w-]+\.(ts|mjs)/)?.[0];
			if (file) expect(existsSync(new URL(`../../${file}`, import.meta.url)), file).toBe(true);
		}
	});

	test('pins the package manager, every version and the Node that Vercel runs', () => {
		const { packageManager, engines, dependencies, devDependencies } = JSON.parse(
			read('package.json')
		) as {
			packageManager: string;
			engines: { node: string };
			dependencies: Record<string, string>;
			devDependencies: Record<string, string>;
		};

		expect(packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+$/);
		expect(engines.node).toBe('>=20.19');
		for (const version of Object.values({ ...dependencies, ...devDependencies })) {
			expect(version).toMatch(/^\d/);
		}
		expect(read('.nvmrc').trim()).toBe('22');
		expect(read('svelte.config.js')).toContain("runtime: 'nodejs22.x'");
	});
});
