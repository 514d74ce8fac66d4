import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Cron } from 'croner';
import { isTask, TASK_NAMES, TASKS } from '$lib/server/tasks';
import { cronsFor, PROFILES } from '$lib/server/tasks/profiles';
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
	test('is written for one of the two plans, from the table of tasks', () => {
		expect(PROFILES.map(cronsFor)).toContainEqual(vercel.crons);
	});

	test('has no schedule that a hobby plan refuses, when it is written for one', () => {
		for (const { schedule } of cronsFor('hobby')) {
			const [first, second] = new Cron(schedule, { timezone: 'UTC' }).nextRuns(2);
			const hours = ((second?.valueOf() ?? 0) - (first?.valueOf() ?? 0)) / 3_600_000;
			expect(hours).toBeGreaterThanOrEqual(24);
		}
	});

	test.each(PROFILES)('calls every task, at an address that is there, on %s', (profile) => {
		const names = cronsFor(profile).map(({ path }) => path.replace('/api/cron/', ''));

		expect(names).toEqual(TASK_NAMES);
		for (const name of names) expect(isTask(name)).toBe(true);
		expect(existsSync(new URL('../../src/routes/api/cron/[task]', import.meta.url))).toBe(true);
	});

	test('has the schedules that were promised', () => {
		const daily = { path: '/api/cron/purge-soft-deletes', schedule: '0 8 * * *' };
		const pairings = '/api/cron/cleanup-pairings';

		for (const profile of PROFILES) expect(cronsFor(profile)).toContainEqual(daily);
		expect(cronsFor('pro')).toContainEqual({ path: pairings, schedule: '0 */6 * * *' });
		expect(cronsFor('hobby')).toContainEqual({ path: pairings, schedule: '0 6 * * *' });
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

	test('lets nobody keep the worker: browsers ask for the present one each time', () => {
		const worker = vercel.headers.find(({ source }) => source === '/service-worker.js');

		expect(worker?.headers).toEqual([
			{ key: 'cache-control', value: 'public, max-age=0, must-revalidate' }
		]);
	});
});

describe('tasks', () => {
	test('each has its own file', () => {
		const files = readdirSync(new URL('../../src/lib/server/tasks/', import.meta.url));

		for (const name of Object.keys(TASKS)) expect(files).toContain(`${name}.ts`);
	});

	test('takes no name that is an address of the clock itself', () => {
		expect(TASK_NAMES).not.toContain('tick');
		expect(TASK_NAMES).not.toContain('probes');
	});

	test.each(Object.entries(TASKS))('%s is renewed and missed in time', (_, task) => {
		const lease = task.leaseSeconds * 1_000;

		expect(task.does).toMatch(/^[a-z].*[^.]$/);
		// A run that was killed is taken over before anyone is woken.
		expect(lease).toBeLessThan(task.graceMinutes * 60_000);
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
