import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import pg from 'pg';
import { startApp, type App } from '../support/app-server';
import { createIdea, createPerson, expect, open, sql, test } from '../support/e2e';

const run = promisify(execFile);
const TASK = 'purge-soft-deletes';

/** Asks the clock's door, with the secret of the app. */
const ask = (app: App, path: string, headers: Record<string, string> = {}) =>
	fetch(`${app.origin}/api/cron${path}`, {
		headers: { authorization: `Bearer ${app.cronSecret}`, ...headers }
	});

interface Run {
	state: string;
	trigger: string;
	request_id: string;
}

const runsOf = (app: App, task = TASK) =>
	sql<Run>(
		app,
		'SELECT state::text, trigger::text, request_id FROM task_runs WHERE task = $1 ORDER BY started_at, id',
		[task]
	);
const statesOf = async (app: App) => (await runsOf(app)).map(({ state }) => state);

/** Thrown away so long ago that the next purge takes it. */
async function thrownAway(app: App): Promise<void> {
	const id = await createIdea(app, await createPerson(app), 'Thrown away');
	await sql(
		app,
		`UPDATE ideas SET deleted_at = now() - interval '8 days', undo_expires_at = now() - interval '1 day'
		WHERE id = $1`,
		[id]
	);
}

/** Lets it be two days since tasks ran. */
const makeDue = (app: App, tasks: string[]) =>
	sql(
		app,
		`INSERT INTO tasks (name, last_started_at)
		SELECT name, now() - interval '2 days' FROM unnest($1::text[]) AS name
		ON CONFLICT (name) DO UPDATE SET last_started_at = excluded.last_started_at, lease_run_id = NULL`,
		[tasks]
	);

/** Keeps a purge from ending, until it is let go: it waits for the audit, which somebody holds. */
async function holdPurges(app: App): Promise<() => Promise<void>> {
	const client = new pg.Client(app.databaseUrl);
	await client.connect();
	await client.query('BEGIN; LOCK TABLE audit_entries');
	return () => client.end();
}

test.describe('the clock’s door', () => {
	let app: App;

	test.beforeAll(async () => {
		// As on Vercel, no clock of its own comes in between.
		const CRON_SECRET_PREVIOUS = 'the-secret-before-it-0123456789abcdef';
		app = await startApp({ env: { VERCEL: '1', CRON_SECRET_PREVIOUS } });
		await ask(app, '');
	});

	test.afterAll(() => app.stop());

	test.beforeEach(async () => {
		for (const table of ['task_runs', 'tasks', 'ideas']) await sql(app, `DELETE FROM ${table}`);
	});

	for (const calls of [2, 20]) {
		test(`lets one of ${calls} simultaneous calls run, and says so to the others`, async () => {
			await thrownAway(app);
			const letGo = await holdPurges(app);
			const answers = Promise.all(Array.from({ length: calls }, () => ask(app, `/${TASK}`)));
			await expect
				.poll(async () => (await statesOf(app)).filter((state) => state === 'skipped').length, {
					timeout: 12_000
				})
				.toBe(calls - 1);
			await letGo();

			const bodies = await Promise.all(
				(await answers).map(async (answer) => {
					expect(answer.status).toBe(200);
					return (await answer.json()) as { success: boolean; skipped?: boolean; deleted: number };
				})
			);

			expect(bodies.every(({ success }) => success)).toBe(true);
			expect(bodies.filter(({ skipped }) => skipped)).toHaveLength(calls - 1);
			expect(bodies.reduce((sum, { deleted }) => sum + deleted, 0)).toBe(1);
			expect((await statesOf(app)).filter((state) => state === 'succeeded')).toHaveLength(1);
		});
	}

	test('writes down who called, and under which request', async () => {
		const callers: Record<string, string>[] = [
			{ 'user-agent': 'vercel-cron/1.0' },
			{ 'coda-trigger': 'ci' },
			{}
		];
		for (const [n, headers] of callers.entries()) {
			await ask(app, `/${TASK}`, { ...headers, 'x-request-id': `request-${n}` });
		}

		expect(await runsOf(app)).toEqual([
			{ state: 'succeeded', trigger: 'vercel', request_id: 'request-0' },
			{ state: 'succeeded', trigger: 'ci', request_id: 'request-1' },
			{ state: 'succeeded', trigger: 'manual', request_id: 'request-2' }
		]);
	});

	test('opens to the secret before it, too, and lists the tasks without running any', async () => {
		const old = { authorization: 'Bearer the-secret-before-it-0123456789abcdef' };

		const response = await ask(app, '', old);

		expect(response.status).toBe(200);
		const { tasks } = (await response.json()) as { tasks: { name: string; state: string }[] };
		expect(tasks).toContainEqual(expect.objectContaining({ name: TASK, state: 'new' }));
		expect(await runsOf(app)).toEqual([]);
		for (const path of ['', '/tick']) {
			expect((await ask(app, path, { authorization: 'Bearer undefined' })).status).toBe(401);
			const head = await fetch(`${app.origin}/api/cron${path}`, { method: 'HEAD' });
			expect(head.status).toBe(405);
		}
	});

	test('ticks: runs what is due, once', async () => {
		await makeDue(app, [TASK]);

		const ticks = await Promise.all([ask(app, '/tick'), ask(app, '/tick')]);

		const runs = await Promise.all(
			ticks.map(async (tick) => ((await tick.json()) as { runs: { task: string }[] }).runs)
		);
		expect(runs.flat().filter(({ task }) => task === TASK)).toHaveLength(1);
		expect(await runsOf(app)).toMatchObject([{ state: 'succeeded', trigger: 'tick' }]);
	});

	test('answers the command that the runbook names, here and in production', async () => {
		const document = readFileSync(
			new URL('../../docs/operations/cron.md', import.meta.url),
			'utf8'
		);
		const commands = [...document.matchAll(/^curl .*api\/cron\/purge-soft-deletes"?$/gm)];
		expect(commands.length).toBeGreaterThanOrEqual(2);

		for (const [command] of commands) {
			const here = command.replace('http://localhost:3000', app.origin);
			const { stdout } = await run('bash', ['-c', here], {
				env: { ...process.env, CODA_URL: app.origin, CRON_SECRET: app.cronSecret }
			});

			expect(JSON.parse(stdout)).toMatchObject({ success: true, runId: expect.any(String) });
		}
	});

	test('is tried, listed and used by the operator’s command', async () => {
		// Five programs are started for it.
		test.slow();
		const ops = (args: string[], secret = app.cronSecret) =>
			run(process.execPath, ['--import', 'tsx', 'scripts/ops.ts', 'cron', ...args], {
				env: { ...process.env, CODA_URL: app.origin, CRON_SECRET: secret }
			});

		expect((await ops(['check'])).stdout).toContain('takes the CRON_SECRET');
		expect((await ops(['list'])).stdout).toMatch(/purge-soft-deletes +new/);
		expect((await ops(['run', TASK])).stdout).toContain('"success": true');
		await expect(ops(['check'], 'not-the-secret')).rejects.toMatchObject({
			code: 1,
			stderr: expect.stringContaining('does not take')
		});
		await expect(ops(['run', 'constructor'])).rejects.toMatchObject({ code: 2 });
	});
});

test('a run that was killed is found lost, and the next server does its work', async () => {
	const app = await startApp();
	try {
		await thrownAway(app);
		const letGo = await holdPurges(app);
		const cut = ask(app, `/${TASK}`).catch(() => undefined);
		await expect.poll(() => statesOf(app)).toEqual(['running']);

		await app.kill9();
		await cut;
		await letGo();
		// Postgres learns of the death when it writes to the dead, and takes back what was begun.
		await expect
			.poll(() =>
				sql(
					app,
					`SELECT pid FROM pg_stat_activity
				WHERE datname = current_database() AND application_name = 'coda-web'`
				)
			)
			.toEqual([]);
		expect(await sql(app, 'SELECT id FROM ideas')).toHaveLength(1);
		await sql(
			app,
			`UPDATE tasks SET lease_expires_at = now() - interval '1 second' WHERE name = $1`,
			[TASK]
		);

		const next = await startApp({ databaseUrl: app.databaseUrl });
		try {
			await expect.poll(() => statesOf(app)).toEqual(['lost', 'succeeded']);
			expect(await sql(app, 'SELECT id FROM ideas')).toEqual([]);
		} finally {
			await next.stop();
		}
	} finally {
		await app.stop();
	}
});

test('two servers on one database run what is due once', async () => {
	const first = await startApp({ env: { LOG_LEVEL: 'debug' } });
	const { databaseUrl } = first;
	try {
		await first.kill9();
		const due = ['rotate-salt', TASK, 'purge-sessions', 'purge-logs'];
		await makeDue(first, due);

		const both = await Promise.all(
			[1, 2].map(() => startApp({ databaseUrl, env: { LOG_LEVEL: 'debug' } }))
		);

		try {
			// It has looked when all that was due has run, probes too.
			for (const app of both) {
				await expect.poll(() => app.output(), { timeout: 20_000 }).toContain('Clock looked');
			}
			for (const task of due) {
				expect(await runsOf(first, task), task).toMatchObject([
					{ state: 'succeeded', trigger: 'clock' }
				]);
			}
		} finally {
			await Promise.all(both.map((app) => app.stop()));
		}
	} finally {
		await first.stop();
	}
});

test.describe('the page of tasks', () => {
	test.use({ expectedErrors: [/404/] });

	test.beforeEach(async ({ app, ada }) => {
		await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [ada.id]);
	});

	test('runs a task at once, says what it did, and keeps the run', async ({ app, page }) => {
		await thrownAway(app);
		await open(page, '/admin/crons');
		// It may be among the last runs as well.
		const row = page.getByRole('row', { name: TASK }).filter({ hasText: 'daily at 08:00 UTC' });
		await expect(row).toHaveCount(1);

		await page.getByRole('button', { name: new RegExp(`Run now.*${TASK}`) }).click();

		await expect(page.getByText(/purge-soft-deletes ran – ideas: 1/)).toBeVisible();
		await page.getByRole('link', { name: 'Look', exact: true }).click();
		await expect(page.getByRole('heading', { name: `Run of ${TASK}` })).toBeVisible();
		await expect(page.getByText('requestId')).toBeVisible();
		const [entry] = await sql(
			app,
			`SELECT action, outcome::text FROM audit_entries WHERE target_id = $1 AND actor_kind = 'person'`,
			[TASK]
		);
		expect(entry).toEqual({ action: 'task.run', outcome: 'done' });
	});

	test('shows runs of one task or in one state', async ({ app, page }) => {
		await ask(app, '/rotate-salt');
		await open(page, '/admin/crons');

		await page.getByRole('combobox', { name: 'Task' }).selectOption('rotate-salt');
		await page.getByRole('button', { name: 'Show', exact: true }).click();
		const runs = page.getByRole('table', { name: 'Last runs' });
		await expect(runs.getByRole('cell', { name: 'rotate-salt' }).first()).toBeVisible();
		await expect(runs.getByRole('cell', { name: TASK })).toHaveCount(0);

		await page.getByRole('combobox', { name: 'State' }).selectOption('lost');
		await page.getByRole('button', { name: 'Show', exact: true }).click();
		await expect(page.getByText('No run matches.')).toBeVisible();
	});

	test('works without a script', async ({ app, ada: _ada, context, browser }) => {
		const plain = await browser.newContext({
			javaScriptEnabled: false,
			storageState: await context.storageState()
		});
		const page = await plain.newPage();
		await page.goto(`${app.origin}/admin/crons`);

		await page.getByRole('button', { name: /Run now.*rotate-salt/ }).click();

		await expect(page.getByText(/rotate-salt ran/)).toBeVisible();
		await expect(page).toHaveURL(/ran=/);
		await plain.close();
	});
});
