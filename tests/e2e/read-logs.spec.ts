import type { Page } from '@playwright/test';
import { expect, open, sql, test } from '../support/e2e';
import { overflows } from '../support/axe';
import type { App } from '../support/app-server';

/** Adds a line as a process does. */
async function addLine(app: App, line: Record<string, unknown>): Promise<void> {
	const { message, level = 'info', fields = {}, ...rest } = line;
	const { requestId = null, route = null, secondsAgo = 0 } = rest;
	await sql(
		app,
		`INSERT INTO log_lines (id, at, level, message, route, request_id, fields)
		 VALUES (gen_random_uuid(), now() - make_interval(secs => $1), $2::log_level, $3, $4, $5, $6)`,
		[secondsAgo, level, message, route, requestId, JSON.stringify(fields)]
	);
}

const lines = (page: Page) =>
	page.getByRole('list', { name: 'Lines of the log' }).locator('[data-line]');

test.beforeEach(async ({ app, ada }) => {
	await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [ada.id]);
	await sql(app, 'DELETE FROM log_lines');
});

test('an admin finds a line, opens it, and goes on to everything of its request', async ({
	page,
	app
}) => {
	await addLine(app, { message: 'Calm before', requestId: 'request-e2e-1', secondsAgo: 9 });
	await addLine(app, {
		message: 'Call failed \u001b[31m',
		level: 'error',
		route: '/(app)/ideas',
		requestId: 'request-e2e-1',
		fields: { error: { name: 'Error', stack: 'Error: No\n    at <script>alert(1)</script>' } }
	});
	await addLine(app, { message: 'Of somebody else', requestId: 'request-e2e-2' });

	await open(page, '/admin/logs');
	await page.getByLabel('Level').selectOption('error');
	await page.getByLabel('Text').fill('call FAILED');
	await page.getByRole('button', { name: 'Find' }).click();
	await expect(page).toHaveURL(/level=error/);
	await expect(lines(page)).toHaveCount(1);
	await lines(page).first().locator('summary').click();
	await expect(lines(page).first()).toContainText('Call failed \\u{1b}[31m');
	await expect(lines(page).first()).toContainText('at <script>alert(1)</script>');
	await page.getByRole('link', { name: 'request-e2e-1', exact: true }).click();

	await expect(page).toHaveURL(/request=request-e2e-1/);
	await expect(lines(page)).toHaveCount(2);
	await expect(page.getByRole('heading', { name: 'What this request changed' })).toBeVisible();
});

test('lines appear while they are followed, and no more when that is paused', async ({
	page,
	app
}) => {
	await open(page, '/admin/logs?text=Followed');
	await expect(lines(page)).toHaveCount(0);

	await page.getByRole('button', { name: 'Follow' }).click();
	await addLine(app, { message: 'Followed one' });
	await expect(lines(page)).toHaveCount(1);
	await addLine(app, { message: 'Followed two' });
	await addLine(app, { message: 'Another' });
	await expect(lines(page)).toHaveCount(2);
	await expect(lines(page).first()).toContainText('Followed two');

	await page.getByRole('button', { name: 'Pause' }).click();
	await expect(page.getByRole('button', { name: 'Follow' })).toBeVisible();
});

test('more lines than one answer holds all appear, and of too many it is said which do not', async ({
	page,
	app
}) => {
	const flood = (lines: number, message: string) =>
		sql(
			app,
			`INSERT INTO log_lines (id, at, level, message, fields)
			 SELECT gen_random_uuid(), now(), 'info', $2 || n, '{}'
			 FROM generate_series(1, $1::int) AS n`,
			[lines, message]
		);
	await open(page, '/admin/logs?text=Flood');
	await page.getByRole('button', { name: 'Follow' }).click();

	await flood(450, 'Flood of few ');
	await expect(lines(page)).toHaveCount(450);
	await flood(1_500, 'Flood of many ');
	await expect(lines(page)).toHaveCount(1_000, { timeout: 15_000 });
	await expect(page.getByText('More lines came than are kept here.')).toBeVisible();
	const [missing] = await Promise.all([
		page.waitForEvent('popup'),
		page.getByRole('link', { name: /^All from/ }).click()
	]);

	await expect(lines(missing)).toHaveCount(50);
	await expect(missing.getByText('Flood of many').first()).toBeVisible();
	await missing.getByRole('link', { name: 'Earlier' }).click();
	await expect(lines(missing)).toHaveCount(50);
});

test('what the server writes is there, and fits the narrowest window', async ({ page, app }) => {
	await page.setViewportSize({ width: 360, height: 800 });
	await page.request.get('/api/trpc/ideas.list', { headers: { 'x-request-id': 'r'.repeat(64) } });
	await addLine(app, { message: 'w'.repeat(900), route: '/x'.repeat(100), level: 'warn' });

	await expect(async () => {
		await open(page, '/admin/logs');
		await expect(lines(page).first()).toBeVisible({ timeout: 1_000 });
	}).toPass({ timeout: 15_000 });

	expect(await overflows(page)).toBe(false);
});

test('nobody else reads them', async ({ page, app, ada }) => {
	await sql(app, `UPDATE users SET role = 'user' WHERE id = $1`, [ada.id]);

	expect((await page.request.get('/admin/logs')).status()).toBe(404);
	expect((await page.request.get('/api/trpc/logs.failing')).status()).toBe(404);
});
