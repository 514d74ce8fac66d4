import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { startReceiver, type AlertReceiver } from '../support/alert-receiver';
import { startApp, type App } from '../support/app-server';
import { findings, overflows } from '../support/axe';
import { createPerson, expect, open, signIn, sql, test as base, type Person } from '../support/e2e';
import { shut } from '../support/switches';

const run = promisify(execFile);
const inboundSecret = 'tests-only-inbound-0123456789abcdefghijkl';
const webhookSecret = 'tests-only-webhook-0123456789abcdefghijkl';
const WIDTHS = [360, 768, 1440];

/** An application that tells a service on this machine. */
const test = base.extend<{ admin: Person }, { receiver: AlertReceiver; app: App }>({
	receiver: [
		// eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from here
		async ({}, use) => {
			const receiver = await startReceiver();
			await use(receiver);
			await receiver.stop();
		},
		{ scope: 'worker' }
	],
	app: [
		async ({ receiver }, use) => {
			const app = await startApp({
				env: {
					ALERT_WEBHOOK_URL: `${receiver.origin}/hook`,
					ALERT_WEBHOOK_SECRET: webhookSecret,
					ALERT_PING_URL: `${receiver.origin}/ping`,
					ALERT_INBOUND_SECRET: inboundSecret
				}
			});
			await use(app);
			await app.stop();
		},
		{ scope: 'worker' }
	],
	admin: async ({ app, context }, use) => {
		const admin = await createPerson(app);
		await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [admin.id]);
		await signIn(app, context, admin);
		await use(admin);
	}
});

// Without a script a refused form is a page of its own.
test.use({ expectedErrors: [/404|400/] });

test.beforeEach(async ({ app, receiver }) => {
	receiver.answer = (_, response) => response.writeHead(200).end('ok');
	receiver.received.length = 0;
	await sql(app, 'DELETE FROM alerts');
	await sql(app, 'DELETE FROM incidents');
});

const hooks = ({ received }: AlertReceiver) =>
	received
		.filter(({ path }) => path === '/hook')
		.map(({ body }) => JSON.parse(body) as { state: string; rule: string; subject: string });

/** Sends a signal as an outside monitor does, signed as it is told. */
function signal(app: App, body: string, { secret = inboundSecret, at = Date.now() } = {}) {
	const seconds = Math.floor(at / 1_000);
	const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
	return fetch(`${app.origin}/api/alerts/inbound`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'coda-signature': `t=${seconds},v1=${digest}` },
		body
	});
}

const firing = (key: string) => JSON.stringify({ key, state: 'firing', severity: 3 });

test('the command of the documents opens an alert, and whoever is told is told', async ({
	app,
	receiver
}) => {
	const text = readFileSync(new URL('../../docs/operations/alerts.md', import.meta.url), 'utf8');
	const [, command = ''] = /```bash\n(BODY=[\s\S]*?)```/.exec(text) ?? [];

	const { stdout } = await run('bash', ['-c', command], {
		env: { ...process.env, CODA_URL: app.origin, ALERT_INBOUND_SECRET: inboundSecret }
	});

	expect(JSON.parse(stdout)).toEqual({ success: true });
	await expect.poll(() => hooks(receiver)).toMatchObject([{ state: 'firing', rule: 'outside' }]);
	await signal(app, JSON.stringify({ key: 'probe-europe', state: 'recovered' }));
	await expect.poll(() => hooks(receiver)).toMatchObject([{}, { state: 'recovered' }]);
});

test('what is forged, sent twice, too old or from the future is refused', async ({ app }) => {
	const body = firing('probe');
	const statuses: number[] = [];
	for (const given of [
		{ secret: 'another-secret' },
		{ at: Date.now() - 310_000 },
		{ at: Date.now() + 310_000 },
		{ at: Date.now() - 200_000 },
		{ at: Date.now() - 200_000 }
	]) {
		statuses.push((await signal(app, body, given)).status);
	}
	const unsigned = await fetch(`${app.origin}/api/alerts/inbound`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body
	});
	const nonsense = await signal(app, '{"key":""}');

	expect(statuses).toEqual([401, 401, 401, 202, 409]);
	expect([unsigned.status, nonsense.status]).toEqual([401, 400]);
	expect(await sql(app, 'SELECT subject FROM alerts')).toEqual([{ subject: 'probe' }]);
});

test('a fault is told within a minute, once, and so is its end; signs of life go out @nightly', async ({
	app,
	receiver
}) => {
	test.setTimeout(180_000);
	await expect
		.poll(() => sql(app, `SELECT name FROM tasks WHERE name = 'purge-logs'`), { timeout: 30_000 })
		.toHaveLength(1);
	const about = () => hooks(receiver).filter(({ subject }) => subject === 'purge-logs');

	const brokenAt = Date.now();
	await sql(app, `UPDATE tasks SET failures = 1 WHERE name = 'purge-logs'`);
	await expect.poll(() => about().length, { timeout: 60_000 }).toBe(1);
	const tookMs = Date.now() - brokenAt;
	await sql(app, `UPDATE tasks SET failures = 0 WHERE name = 'purge-logs'`);
	await expect.poll(() => about().length, { timeout: 60_000 }).toBe(2);

	expect(about().map(({ state }) => state)).toEqual(['firing', 'recovered']);
	expect(tookMs).toBeLessThan(60_000);
	test.info().annotations.push({ type: 'told after', description: `${tookMs} ms` });
	const pings = receiver.received.map(({ path }) => path).filter((path) => path !== '/hook');
	expect(new Set(pings)).toEqual(new Set(['/ping/start', '/ping']));
});

for (const javaScriptEnabled of [true, false]) {
	test.describe(javaScriptEnabled ? 'with a script' : 'without a script', () => {
		test.use({ javaScriptEnabled });

		test('an admin adds a channel, is refused what leads inward, and tries one', async ({
			page,
			app,
			receiver,
			admin: _admin
		}) => {
			await page.goto(`${app.origin}/admin/alerts`, { waitUntil: 'networkidle' });
			const channels = page.locator('#channels');
			await channels.getByLabel('Kind').selectOption('json');
			await channels.getByLabel('Name', { exact: true }).fill('Inward');
			await channels.getByLabel('Address', { exact: true }).fill('http://127.0.0.1:8080/hook');
			await channels.getByRole('button', { name: 'Add', exact: true }).click();
			await expect(channels.getByText('an address that is not public')).toBeVisible();

			await channels.getByLabel('Kind').selectOption('mail');
			await channels.getByLabel('Name', { exact: true }).fill('The team');
			await channels.getByLabel('Address', { exact: true }).fill('team@example.com');
			await channels.getByRole('button', { name: 'Add', exact: true }).click();
			await expect(channels.getByText('Added. Send it a test message.')).toBeVisible();

			const tryIt = channels.getByRole('button', { name: 'Send a test to From the environment' });
			await tryIt.click();
			await expect(channels.getByText('It arrived.')).toBeVisible();
			expect(hooks(receiver).at(-1)).toMatchObject({ state: 'test' });
			receiver.answer = (_, response) =>
				response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
			await tryIt.click();
			await expect(channels.getByText('none is followed').first()).toBeVisible();
			await channels.getByRole('button', { name: 'Remove The team', exact: true }).click();
			await expect(channels.getByText('Taken away.')).toBeVisible();
		});

		test('an admin silences a rule and keeps quiet hours', async ({ page, app, admin: _admin }) => {
			await page.goto(`${app.origin}/admin/alerts`, { waitUntil: 'networkidle' });
			const rule = page.getByRole('row').filter({ hasText: 'The relay is silent' });
			await rule.getByRole('combobox').selectOption('60');
			await rule.getByRole('button', { name: /^Set/ }).click();
			await expect(rule.getByText('Silent until')).toBeVisible();

			const quiet = page.locator('#quiet');
			await quiet.getByLabel('From').fill('23:00');
			await quiet.getByRole('button', { name: 'the quiet hours' }).click();
			await expect(quiet.getByText('Set.', { exact: true })).toBeVisible();
			await quiet.getByRole('button', { name: 'No quiet hours' }).click();
			await expect(quiet.getByText('There are no quiet hours any more.')).toBeVisible();
			await sql(app, `DELETE FROM alert_rules WHERE key = 'relay'`);
		});

		test('an incident goes from an alert to the status page and to its end', async ({
			page,
			app,
			admin: _admin
		}) => {
			await signal(app, firing('probe-asia'));
			await page.goto(`${app.origin}/admin`);
			await expect(page.locator('[data-firing]')).toContainText('1');
			await page.getByRole('link', { name: 'Look at the alerts' }).click();
			await page.getByRole('button', { name: /Make it an incident/ }).click();
			await expect(page.getByRole('heading', { level: 1 })).toContainText('Incident');
			await expect(page.locator('[data-clock]')).toContainText('left');
			await page.getByRole('button', { name: 'I look after it' }).click();
			await expect(page.locator('[data-clock]')).toContainText('after');

			await page.getByLabel('A note').fill('It is only Asia.');
			await page.getByRole('button', { name: 'Write the note' }).click();
			await expect(page.locator('[data-timeline]')).toContainText('It is only Asia.');
			await page.getByLabel('What it is called there').fill('Slow from Asia');
			await page.getByRole('button', { name: 'Publish', exact: true }).click();
			await page.getByLabel('An update for everyone').fill('We look at it.');
			await page.getByRole('button', { name: 'Publish the update' }).click();
			await page.getByLabel('What is to be done').fill('A probe in Asia');
			await page.getByRole('button', { name: 'Add an action' }).click();
			await expect(page.locator('#actions')).toContainText('A probe in Asia');

			const markdown = await page.request.get(`${page.url()}/postmortem`.replace(/#[^/]*/, ''));
			expect(await markdown.text()).toContain('- [ ] A probe in Asia');
			await page.getByRole('button', { name: 'Over', exact: true }).click();
			await expect(page.getByRole('button', { name: 'Over', exact: true })).toBeDisabled();
			await expect
				.poll(async () => (await fetch(`${app.origin}/status.json`)).text(), { timeout: 30_000 })
				.toContain('We look at it.');
			await page.goto(`${app.origin}/status`);
			await expect(page.getByText('Slow from Asia')).toBeVisible();
			await expect(page.locator('main')).not.toContainText('It is only Asia.');
		});
	});
}

test('nobody but admins finds any of it', async ({ page, app, ada: _ada }) => {
	for (const path of ['/admin/alerts', '/admin/incidents']) {
		expect((await page.goto(`${app.origin}${path}`))?.status()).toBe(404);
	}
});

test('the status page is there in maintenance, for anyone, and says nothing inner', async ({
	app,
	page
}) => {
	await shut(app, 'full');
	try {
		const response = await page.goto(`${app.origin}/status`);
		expect(response?.status()).toBe(200);
		await expect(page.locator('[data-component]')).toHaveCount(5);
		await expect(page.getByText('Coda is closed for maintenance')).toBeVisible();
		const text = await (await fetch(`${app.origin}/status.json`)).text();
		expect(text).not.toMatch(/example\.com|127\.0\.0\.1|purge-|postgres|rule/);
	} finally {
		await shut(app, 'off');
	}
});

test('axe finds nothing on these pages, at any width, light and dark @nightly', async ({
	page,
	app,
	admin: _admin
}) => {
	test.setTimeout(120_000);
	await signal(app, firing('probe-with-a-name-that-is-long-enough-to-need-more-than-one-line'));
	const [incident] = await sql<{ id: string }>(
		app,
		`INSERT INTO incidents (id, title, severity, public_title)
		VALUES (gen_random_uuid(), 'Something went wrong for people who write long titles', 1, 'Slow')
		RETURNING id`
	);
	await sql(app, `UPDATE alerts SET incident_id = $1`, [incident?.id]);
	const paths = [
		'/admin/alerts',
		'/admin/incidents',
		`/admin/incidents/${incident?.id}`,
		'/status'
	];
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme });
		for (const width of WIDTHS) {
			await page.setViewportSize({ width, height: 900 });
			for (const path of paths) {
				await open(page, app.origin + path);
				expect(await findings(page), `${path} at ${width}`).toEqual([]);
				expect(await overflows(page), `${path} at ${width} is too wide`).toBe(false);
			}
		}
	}
});
