import type { Page } from '@playwright/test';
import { expect, open, sql, test } from '../support/e2e';
import { findings, overflows } from '../support/axe';
import type { App } from '../support/app-server';

interface Group {
	id: string;
	count: string;
	kind: string;
	message: string;
	source: string;
}

const groups = (app: App) =>
	sql<Group>(app, 'SELECT id, count, kind, message, source FROM error_groups ORDER BY last_at');

/** Throws in the page, as code does that nobody catches. */
const throwIn = (page: Page, messages: string[]) =>
	page.evaluate((all) => {
		for (const message of all) {
			setTimeout(() => {
				throw new RangeError(message);
			});
		}
	}, messages);

// One pattern: of two in a list the second would be taken for options.
test.use({
	expectedErrors: [/RangeError|Out of order|Refused for ada|status of [45]\d\d|ERR_FAILED/]
});

test.beforeEach(async ({ app, ada }) => {
	await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [ada.id]);
	await sql(app, 'DELETE FROM error_groups');
	await sql(app, 'DELETE FROM rate_limits');
});

test('an error in a page is a group with its sources, and can be resolved', async ({
	page,
	app,
	ada
}) => {
	await open(page, '/ideas');
	await page.getByRole('link', { name: 'Trash', exact: true }).first().click();
	await expect(page).toHaveURL('/trash');
	await page.evaluate(() => {
		HTMLDialogElement.prototype.showModal = () => {
			throw new RangeError('Refused for ada@coda.example');
		};
	});
	await page.keyboard.press('?');
	await expect
		.poll(() => groups(app))
		.toMatchObject([
			{ count: '1', kind: 'RangeError', message: 'Refused for [e-mail]', source: 'browser' }
		]);

	await open(page, '/admin/errors');
	const row = page.getByRole('row').filter({ hasText: 'RangeError' });
	await expect(row).toContainText('browser, /(app)/trash');
	await row.getByRole('link', { name: 'RangeError' }).click();
	await expect(page.locator('[data-stack]')).toContainText('src/lib/components/ui/Dialog.svelte');
	await expect(page.getByRole('link', { name: ada.id })).toBeVisible();
	await expect(page.getByRole('listitem').filter({ hasText: /page\s*\/trash/ })).toBeVisible();

	await page.getByRole('button', { name: 'Resolve' }).click();
	await expect(page.getByRole('button', { name: 'Open again' })).toBeVisible();
	await open(page, '/admin/errors');
	await expect(page.getByText('No error is open.')).toBeVisible();
	expect(
		await sql(app, `SELECT actor_id FROM audit_entries WHERE action = 'error.resolve'`)
	).toContainEqual({ actor_id: ada.id });
});

test('what nobody caught is told once, and a storm ten times', async ({ page, app }) => {
	const sent: string[] = [];
	page.on('request', (request) => {
		if (request.url().endsWith('/api/errors')) sent.push(request.postData() ?? '');
	});
	await open(page, '/ideas');

	await page.evaluate(() => void Promise.reject(new RangeError('Nobody waits for it')));
	await expect.poll(() => sent.length).toBe(1);
	await throwIn(
		page,
		Array.from({ length: 200 }, () => 'The same')
	);
	await throwIn(
		page,
		Array.from({ length: 200 }, (_, n) => `Another ${n}`)
	);

	await expect.poll(() => groups(app).then((all) => all.length)).toBe(3);
	expect(sent).toHaveLength(10);
	expect(await groups(app)).toContainEqual(
		expect.objectContaining({ message: 'The same', count: '1' })
	);
});

test('an error that cannot be told makes no other', async ({ page, app }) => {
	const sent: string[] = [];
	await page.route('**/api/errors', (route) => {
		sent.push(route.request().postData() ?? '');
		return sent.length === 1 ? route.abort() : route.fulfill({ status: 500 });
	});
	await open(page, '/ideas');

	for (const message of ['It is lost', 'It is refused', 'The last one']) {
		const before = sent.length;
		await throwIn(page, [message]);
		await expect.poll(() => sent.length).toBe(before + 1);
	}
	// What followed from the first two would have been told before the last one.
	await open(page, '/trash');

	expect(sent).toHaveLength(3);
	expect(await groups(app)).toEqual([]);
});

test('the number on an error page leads to its lines, its error and its stack', async ({
	page,
	app
}) => {
	await sql(app, 'ALTER TABLE problem_reports RENAME TO problem_reports_gone');
	try {
		await page.goto('/admin/problems');
		await expect(page.locator('[data-request-id]')).toBeVisible();
	} finally {
		await sql(app, 'ALTER TABLE problem_reports_gone RENAME TO problem_reports');
	}
	const request = await page.locator('[data-request-id]').innerText();
	await expect.poll(() => groups(app)).toMatchObject([{ source: 'app', count: '1' }]);

	await open(page, `/admin/logs?request=${request}`);
	const lines = page.getByRole('list', { name: 'Lines of the log' }).locator('[data-line]');
	await expect(lines.filter({ hasText: 'Call failed' })).toHaveCount(1);
	await page
		.getByRole('region')
		.or(page.locator('section'))
		.filter({ has: page.getByRole('heading', { name: 'Its errors' }) })
		.getByRole('link')
		.click();

	await expect(page.locator('[data-stack]')).toContainText('listProblems');
	await expect(page.getByRole('link', { name: request })).toBeVisible();
});

test('maps are not served, and scripts name none', async ({ page, app }) => {
	const scripts: string[] = [];
	page.on('response', (response) => {
		if (/\/_app\/immutable\/.*\.js$/.test(response.url())) scripts.push(response.url());
	});
	await open(page, '/ideas');
	expect(scripts.length).toBeGreaterThan(3);

	for (const script of scripts) {
		expect((await page.request.get(`${script}.map`)).status(), script).toBe(404);
		expect(await (await page.request.get(script)).text(), script).not.toContain('sourceMappingURL');
	}
	expect((await page.request.get(`${app.origin}/_app/version.json`)).status()).toBe(200);
});

for (const colorScheme of ['light', 'dark'] as const) {
	test(`axe finds nothing on the pages of logs and errors, ${colorScheme}`, async ({
		page,
		app
	}) => {
		await page.emulateMedia({ colorScheme });
		const [group] = await sql<Group>(
			app,
			`INSERT INTO error_groups (id, fingerprint, source, kind, message, culprit, count, first_at, last_at,
				first_release, last_release, regressed_at)
			 VALUES (gen_random_uuid(), 'axe', 'browser', 'TypeError', $1, '/(app)/ideas/[id=uuid]', 1234,
				now() - interval '3 days', now(), 'abc', 'abc', now()) RETURNING id`,
			['Cannot read properties of undefined. '.repeat(20)]
		);
		await sql(
			app,
			`INSERT INTO error_hours (group_id, hour, count)
			 SELECT $1, date_trunc('hour', now()) - make_interval(hours => n), 1 + n * 7 % 11
			 FROM generate_series(0, 20) AS n`,
			[group?.id]
		);
		await sql(
			app,
			`INSERT INTO error_events (id, group_id, at, source, message, stack, release, route, request_id, breadcrumbs)
			 VALUES (gen_random_uuid(), $1, now(), 'browser', 'Cannot read', $2, 'abc', '/(app)/ideas', 'r-1234567', $3)`,
			[
				group?.id,
				`TypeError: Cannot read\n    at ${'long'.repeat(60)} (https://coda.test/x.js:1:2)\n    at node:internal`,
				JSON.stringify([{ atMs: Date.now() - 5_000, kind: 'page', path: '/ideas', status: 200 }])
			]
		);
		await sql(
			app,
			`INSERT INTO log_lines (id, at, level, message, route, request_id, fields)
			 SELECT gen_random_uuid(), now() - make_interval(secs => n * 7), (ARRAY['info', 'warn', 'error'])[1 + n % 3]::log_level,
				(ARRAY['User created idea', 'Request', 'Call failed'])[1 + n % 3], '/(app)/ideas/[id=uuid]', 'r-1234567', '{"n":1}'
			 FROM generate_series(0, 12) AS n`
		);

		for (const width of [360, 768, 1440]) {
			await page.setViewportSize({ width, height: 900 });
			for (const path of [
				'/admin/logs?request=r-1234567',
				'/admin/errors',
				`/admin/errors/${group?.id}`
			]) {
				await open(page, path);
				expect(await findings(page), `${path} at ${width}`).toEqual([]);
				expect(await overflows(page), `${path} at ${width} is too wide`).toBe(false);
				if (process.env.SHOTS) {
					const name = `${path.split('/')[2]?.split('?')[0]}${path.split('/').length}-${width}-${colorScheme}`;
					await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
				}
			}
		}
	});
}
