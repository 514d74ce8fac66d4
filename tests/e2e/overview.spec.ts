import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startApp } from '../support/app-server';
import { findings, overflows } from '../support/axe';
import { createIdea, expect, open, sql, test } from '../support/e2e';
import { startTcpProxy } from '../support/tcp-proxy';

const run = promisify(execFile);

test.use({ expectedErrors: [/status of (40[14]|503)/] });

/** The sums of what was answered, by route. */
const totals = (app: { databaseUrl: string }, route: string) =>
	sql<{ source: string; method: string; requests: number; errors: number; bytes: number }>(
		app as never,
		`SELECT source, method, sum(requests)::int AS requests, sum(errors)::int AS errors, sum(bytes)::int AS bytes
		 FROM request_totals WHERE route = $1 GROUP BY source, method`,
		[route]
	);

test('what is answered is counted by its route within seconds, and each call by its procedure', async ({
	app,
	page,
	ada
}) => {
	await createIdea(app, ada, 'Counted');
	const before = (await totals(app, '/(app)/ideas'))[0]?.requests ?? 0;

	await open(page, '/ideas');
	await page.request.get('/api/trpc/ideas.list,tags.list?batch=1&input=%7B%7D');

	await expect
		.poll(async () => (await totals(app, '/(app)/ideas'))[0]?.requests, { timeout: 15_000 })
		.toBeGreaterThan(before);
	const batchBytes = async () =>
		(await totals(app, '/api/trpc')).find(({ method }) => method === 'read')?.bytes ?? 0;
	await expect.poll(batchBytes, { timeout: 15_000 }).toBeGreaterThan(10);
	const [found] = await totals(app, '/(app)/ideas');
	expect(found).toMatchObject({ source: 'page', method: 'read', errors: 0 });
	expect(found?.bytes).toBeGreaterThan(5_000);
	for (const procedure of ['ideas.list', 'tags.list']) {
		expect(await totals(app, procedure)).toMatchObject([{ source: 'call', method: 'read' }]);
	}
	const releases = await sql(app, 'SELECT commit FROM releases');
	expect(releases).toHaveLength(1);
});

test('addresses that nobody has are one route, whatever they are', async ({ app, page }) => {
	for (const path of ['/wp-admin', '/a/b/c', '/%F0%9F%92%A9']) await page.request.get(path);

	await expect
		.poll(async () => (await totals(app, '(no route)'))[0]?.requests ?? 0, { timeout: 15_000 })
		.toBeGreaterThanOrEqual(3);
});

test('what was answered while the database was away is counted when it is back', async ({
	app,
	context,
	ada: _ada
}) => {
	const { hostname, port, href } = new URL(app.databaseUrl);
	const line = await startTcpProxy({ host: hostname, port: Number(port) });
	const url = new URL(href);
	url.port = String(line.port);
	const other = await startApp({
		databaseUrl: url.href,
		env: { CODA_COMMIT: 'outage-commit' }
	});
	try {
		await fetch(`${other.origin}/sign-in`);
		await line.cut();
		const refused = await context.request.get(`${other.origin}/api/trpc/ideas.list`);
		expect(refused.status()).toBe(503);
		await line.mend();

		await expect
			.poll(
				async () => {
					// The next request is what tries again.
					await fetch(`${other.origin}/sign-in`);
					const [row] = await sql<{ errors: number }>(
						app,
						`SELECT coalesce(sum(errors), 0)::int AS errors FROM request_totals
						 WHERE release = 'outage-commit' AND route = '/api/trpc'`
					);
					return row?.errors;
				},
				{ timeout: 30_000 }
			)
			.toBe(1);
	} finally {
		await other.stop();
		await line.stop();
	}
});

test.describe('the overview', () => {
	test.beforeEach(async ({ app, ada }) => {
		await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [ada.id]);
	});

	test('renews itself, and not while it is paused', async ({ app, page }) => {
		test.setTimeout(90_000);
		await open(page, '/admin');
		const people = page.getByRole('term').filter({ hasText: 'Mails waiting' });
		const waiting = people.locator('xpath=following-sibling::dd[1]');
		await expect(page.getByText('Live,')).toBeVisible();
		await expect(waiting).toContainText('0');
		const add = () =>
			sql(
				app,
				`INSERT INTO outbox (id, kind, next_attempt_at)
				 VALUES (gen_random_uuid(), 'mail', now() + interval '1 hour')`
			);

		await add();
		await expect(waiting).toContainText('1', { timeout: 15_000 });

		await page.getByRole('button', { name: 'Pause' }).click();
		await expect(page.getByText('Paused at')).toBeVisible();
		const asked: string[] = [];
		page.on('request', (request) => {
			if (/overview/.test(request.url())) asked.push(request.url());
		});
		await add();
		const wait = page.waitForRequest(/overview\.glance/, { timeout: 7_000 });
		await expect(wait).rejects.toThrow(/Timeout/);
		expect(asked).toEqual([]);

		await page.getByRole('button', { name: 'Go on' }).click();
		await expect(waiting).toContainText('2', { timeout: 15_000 });
		await sql(app, `DELETE FROM outbox WHERE state = 'pending'`);
	});

	test('says what began to fire, and that it is over, while it is open', async ({ app, page }) => {
		await open(page, '/admin');
		const fires = page.getByRole('region', { name: 'What fires' });
		const told = fires.getByText('A monitor outside reports: from afar');
		const badge = page.getByRole('navigation', { name: 'Operations' }).locator('[data-firing]');
		await expect(told).toHaveCount(0);

		await sql(
			app,
			`INSERT INTO alerts (id, rule, subject, severity, state, says, since, fired_at)
			 VALUES (gen_random_uuid(), 'outside', 'from afar', 2, 'firing', 'no answer', now(), now())`
		);

		await expect(told).toBeVisible({ timeout: 15_000 });
		await expect(page.getByText('Nothing needs you.')).toHaveCount(0);
		// Whatever else fires by then, the shell says as many as the page.
		await expect(async () => {
			const all = await fires.getByRole('listitem').count();
			await expect(badge).toHaveText(new RegExp(`^${all} ?firing$`), { timeout: 500 });
		}).toPass({ timeout: 15_000 });

		await sql(app, `DELETE FROM alerts WHERE subject = 'from afar'`);

		await expect(told).toHaveCount(0, { timeout: 15_000 });
	});

	const ERRORS = /of the answers are errors|Answers are errors of ours/;
	const SAVES = /Saves burns its budget|burns too fast: saves/;

	test('marks what is wrong, with the way down to it', async ({ app, page }) => {
		await sql(
			app,
			`INSERT INTO request_totals (step, starts_at, source, method, route, release, requests, redirected, refused,
				failed, errors, bytes, durations)
			 VALUES ('minute', date_trunc('minute', now()), 'call', 'write', 'ideas.create', 'r', 1000, 0, 0, 90, 90, 0,
				array_fill(0::bigint, ARRAY[23])),
				('minute', date_trunc('minute', now()), 'page', 'write', '/(app)/ideas', 'r', 1000, 0, 0, 90, 90, 0,
				array_fill(0::bigint, ARRAY[23]))`
		);
		// Service levels are kept for twenty seconds. What fires meanwhile says it instead.
		await expect(async () => {
			await page.goto('/admin');
			await expect(page.getByText(ERRORS).first()).toBeVisible();
			await expect(page.getByText(SAVES).first()).toBeVisible({ timeout: 500 });
		}).toPass({ timeout: 40_000 });
		await expect(
			page.getByRole('table', { name: 'Routes that fail most' }).getByText('ideas.create')
		).toBeVisible();
		await sql(app, `DELETE FROM request_totals WHERE release = 'r'`);
	});

	test('is there without a script, for each range', async ({ app, page, context, browser }) => {
		const still = await browser.newContext({
			javaScriptEnabled: false,
			storageState: await context.storageState()
		});
		const plain = await still.newPage();
		for (const range of ['hour', 'day', 'week', 'nonsense']) {
			const answer = await plain.goto(`${app.origin}/admin?range=${range}`);
			expect(answer?.status()).toBe(200);
			await expect(plain.getByRole('figure', { name: 'Time to answer' })).toBeVisible();
		}
		await still.close();
		await open(page, '/admin');
		await page.getByRole('link', { name: '24 hours' }).click();
		await expect(page).toHaveURL(/range=day/);
		await expect(page.getByRole('link', { name: '24 hours' })).toHaveAttribute(
			'aria-current',
			'true'
		);
	});

	for (const colorScheme of ['light', 'dark'] as const) {
		test(`axe finds nothing on it and on the costs, ${colorScheme}`, async ({ page }) => {
			test.setTimeout(90_000);
			await page.emulateMedia({ colorScheme });
			for (const path of ['/admin', '/admin/costs']) {
				for (const width of [360, 768, 1440]) {
					await page.setViewportSize({ width, height: 900 });
					await open(page, path);
					expect(await findings(page), `${path} at ${width}`).toEqual([]);
					expect(await overflows(page), `${path} too wide at ${width}`).toBe(false);
				}
			}
		});
	}

	test('costs follow the people that one asks for', async ({ page }) => {
		await open(page, '/admin/costs');
		const field = page.getByLabel('People who use it');
		const sum = page.getByText(/a month, .* for each person/);

		await field.fill('50');
		const few = Number((await sum.textContent())?.match(/\$([\d.,]+) a month/)?.[1]);
		await field.fill('200000');
		await expect
			.poll(async () =>
				Number((await sum.textContent())?.match(/\$([\d.,]+) a month/)?.[1]?.replace(/,/g, ''))
			)
			.toBeGreaterThan(few * 5);
		await expect(page.getByRole('row', { name: /Total/ }).first()).toContainText('$25.00');
		await expect(page.getByRole('row', { name: /Total/ }).last()).toContainText('$130.00');
	});
});

test('a terminal shows the same, for whoever has the cron secret', async ({ app }) => {
	const status = (secret: string) =>
		run('node', ['--import', 'tsx', 'scripts/ops.ts', 'status', '--url', app.origin], {
			env: { ...process.env, CRON_SECRET: secret }
		});

	const { stdout } = await status(app.cronSecret).catch((failed: { stdout: string }) => failed);

	expect(stdout).toMatch(/^Coda +up/m);
	expect(stdout).toMatch(/requests\/s/);
	expect(stdout).toMatch(/^Availability +99\.90 % wanted/m);
	await expect(status('another-secret-0123456789abcdefghijkl')).rejects.toThrow(/CRON_SECRET/);
	expect((await fetch(`${app.origin}/api/status`)).status).toBe(401);
});
