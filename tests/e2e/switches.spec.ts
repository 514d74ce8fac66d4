import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import axe, { type AxeResults } from 'axe-core';
import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { startApp, type App } from '../support/app-server';
import { createPerson, expect, newestMail, open, signIn, sql, type Person } from '../support/e2e';
import { test } from '../support/own-app';
import { modeOf, setSwitch } from '../support/switches';

const run = promisify(execFile);

test.use({ expectedErrors: [/404|503|Failed to load resource/] });

test.afterEach(async ({ app }) => {
	await sql(app, 'DELETE FROM switches');
	await expect.poll(() => modeOf(app)).toBe('off');
});

const makeAdmin = (app: App, { id }: Person) =>
	sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [id]);

const values = (app: App) =>
	sql<{ name: string; value: unknown }>(app, 'SELECT name, value FROM switches ORDER BY name');

/** What is switched on, as readiness tells operators; it is asked anew every five seconds. */
async function features(app: App): Promise<Record<string, string>> {
	const response = await fetch(`${app.origin}/readyz?verbose`, {
		headers: { authorization: `Bearer ${app.cronSecret}` }
	});
	return ((await response.json()) as { features: Record<string, string> }).features;
}

/** Announces something that was never announced before, and opens the page once it stands there. */
async function announce(app: App, page: Page, path: string): Promise<string> {
	const id = randomUUID();
	await setSwitch(app, 'announcement', {
		id,
		text: `Ideas saved between 12:00 and 12:10 were lost (${id}).`,
		tone: 'warning',
		link: { href: '/report', label: 'What happened' }
	});
	await expect(async () => {
		await page.goto(path);
		await expect(page.getByLabel('Announcement')).toContainText(id, { timeout: 500 });
	}).toPass({ timeout: 5_000 });
	return id;
}

async function findings(page: Page): Promise<string[]> {
	await page.evaluate(axe.source);
	const results = await page.evaluate<AxeResults>(() =>
		(window as unknown as { axe: typeof axe }).axe.run(document)
	);
	return results.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(' ')}`);
}

for (const javaScriptEnabled of [true, false]) {
	test.describe(javaScriptEnabled ? 'with a script' : 'without a script', () => {
		test.use({ javaScriptEnabled });

		test('an admin sets a switch for an hour, sees it, and takes it back', async ({
			app,
			page,
			ada
		}) => {
			await makeAdmin(app, ada);
			await page.goto('/admin/switches', { waitUntil: 'networkidle' });
			const panel = page.locator('[data-switch="rateMultiplier"]');

			await panel.getByLabel('Multiplier').fill('0.5');
			await panel.getByLabel('Reason').fill('A flood.');
			await panel.getByRole('button', { name: 'Set' }).click();

			await expect(panel.locator('[data-state]')).toContainText('0.5 ×');
			await expect(panel).toContainText(`by ${ada.email}`);
			expect(await values(app)).toEqual([{ name: 'rateMultiplier', value: 0.5 }]);
			expect(
				await sql(
					app,
					`SELECT details FROM audit_entries WHERE action = 'switch.set' AND actor_id = $1`,
					[ada.id]
				)
			).toMatchObject([{ details: { name: 'rateMultiplier', to: 0.5, reason: 'A flood.' } }]);

			await panel.getByRole('button', { name: 'Back to the default' }).click();
			await expect(panel).toContainText('As it is by default.');
			expect(await values(app)).toEqual([]);
		});

		test('full maintenance happens only when it is confirmed', async ({ app, page, ada }) => {
			await makeAdmin(app, ada);
			await page.goto('/admin/switches', { waitUntil: 'networkidle' });
			const panel = page.locator('[data-switch="maintenance"]');
			const confirmation = panel.getByLabel('Shut everyone out');
			await expect(confirmation).toBeHidden();

			await panel.getByLabel('Full').check();
			await panel.getByRole('button', { name: 'Set' }).click();
			await expect(panel.getByRole('alert')).toContainText('shuts everyone out');
			expect(await values(app)).toEqual([]);

			await panel.getByLabel('Full').check();
			await confirmation.check();
			await panel.getByRole('button', { name: 'Set' }).click();
			await expect(panel.locator('[data-state]')).toContainText('Full');
			await expect.poll(() => modeOf(app)).toBe('full');
		});

		test('an announcement is closed once, and stays closed in another browser', async ({
			app,
			page,
			ada,
			browser
		}) => {
			await announce(app, page, '/ideas');
			await expect(page.getByRole('link', { name: 'What happened' })).toBeVisible();

			await page.getByRole('button', { name: 'Close the announcement' }).click();
			await expect(page.getByLabel('Announcement')).toHaveCount(0);
			await expect(page).toHaveURL(/\/ideas$/);

			const context = await browser.newContext();
			await signIn(app, context, ada);
			const other = await context.newPage();
			await other.goto(`${app.origin}/ideas`);
			await expect(other.getByRole('heading', { name: 'Ideas' })).toBeVisible();
			await expect(other.getByLabel('Announcement')).toHaveCount(0);
			await context.close();
		});
	});
}

test('whoever is not signed in closes an announcement for this browser', async ({ app, page }) => {
	const id = await announce(app, page, '/sign-in');

	await page.getByRole('button', { name: 'Close the announcement' }).click();

	await expect(page).toHaveURL(/\/sign-in$/);
	await expect(page.getByLabel('Announcement')).toHaveCount(0);
	expect(
		await sql(app, 'SELECT * FROM announcement_acks WHERE announcement_id = $1', [id])
	).toEqual([]);
});

test('an admin whose role was taken meanwhile finds nothing at the next act', async ({
	app,
	page,
	ada
}) => {
	await makeAdmin(app, ada);
	await open(page, '/admin/switches');
	await sql(app, `UPDATE users SET role = 'user' WHERE id = $1`, [ada.id]);

	const panel = page.locator('[data-switch="signUps"]');
	await panel.getByLabel('Off').check();
	await panel.getByRole('button', { name: 'Set' }).click();

	await expect(page.getByText('There is nothing here.')).toBeVisible();
	expect(await values(app)).toEqual([]);
	expect((await page.goto('/admin/switches'))?.status()).toBe(404);
});

test('a person finds neither switches nor problems', async ({ page, ada }) => {
	void ada;
	for (const path of ['/admin/switches', '/admin/problems']) {
		expect((await page.goto(path))?.status(), path).toBe(404);
	}
});

test('while sign-ups are off an unknown address gets no account, and the page says the same', async ({
	app,
	page
}) => {
	const known = await createPerson(app);
	const unknown = `${randomUUID()}@example.com`;
	await setSwitch(app, 'signUps', false);
	await expect.poll(async () => (await features(app)).signUps, { timeout: 12_000 }).toBe('off');

	const answers: string[] = [];
	for (const email of [unknown, known.email]) {
		await page.goto('/sign-in');
		await page.getByLabel('E-mail').fill(email);
		await page.getByRole('button', { name: 'Send me a link' }).click();
		answers.push((await page.locator('main').innerText()).replaceAll(email, '…'));
	}

	expect(answers[0]).toBe(answers[1]);
	expect((await newestMail(app, unknown)).links).toEqual([]);
	const { links } = await newestMail(app, known.email);
	await page.goto(links[0] ?? '');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page).toHaveURL(/\/ideas$/);
	expect(await sql(app, 'SELECT id FROM users WHERE email = $1', [unknown])).toEqual([]);
});

test('a problem is reported from the page of an error, and found by its number', async ({
	app,
	page,
	ada
}) => {
	const response = await page.goto('/nowhere?token=secret');
	const requestId = response?.headers()['x-request-id'] ?? '';
	await page.getByRole('link', { name: 'Report a problem' }).click();
	await expect(page.getByText('/nowhere', { exact: true })).toBeVisible();
	await page.getByLabel('What happened').fill('I followed a link from a friend.');
	await page.getByRole('button', { name: 'Send the report' }).click();
	await expect(page.getByText('Thank you.')).toBeVisible();
	const id = await page.locator('[data-report]').innerText();

	await makeAdmin(app, ada);
	await page.goto('/admin/problems');

	const problem = page.locator(`[data-problem="${id}"]`);
	await expect(problem).toContainText('I followed a link from a friend.');
	await expect(problem).toContainText(ada.email);
	await expect(problem.locator('[data-request-id]')).toHaveText(requestId);
	await expect(problem).not.toContainText('secret');
});

test('the multiplier of the limits holds within five seconds', async ({ app }) => {
	/** How often whoever is not signed in may ask, as each answer says it. */
	const limit = async () => {
		const { headers } = await fetch(`${app.origin}/api/trpc/ideas.list`);
		return Number(/q=(\d+)/.exec(headers.get('ratelimit-policy') ?? '')?.[1]);
	};
	const before = await limit();

	await setSwitch(app, 'rateMultiplier', 0.5);

	await expect.poll(limit).toBe(before / 2);
});

test('an operator at a terminal shuts Coda and opens it, and the trail has their name', async ({
	app
}) => {
	test.setTimeout(60_000);
	const ops = async (...args: string[]) => {
		const { stdout } = await run(
			process.execPath,
			['--import', 'tsx', 'scripts/ops.ts', ...args],
			// Nothing else of the environment is there at three in the morning.
			{ env: { PATH: process.env.PATH, HOME: process.env.HOME, DATABASE_URL: app.databaseUrl } }
		);
		return stdout;
	};

	await ops('maintenance', 'read-only', '--message', 'We look into it.', '--for', '10m');
	await expect.poll(() => modeOf(app)).toBe('read-only');
	expect(await ops('switch', 'list')).toMatch(
		/^maintenance +Read-only, set .* by operator:.+, until 20/m
	);
	await ops('maintenance', 'off');
	await expect.poll(() => modeOf(app)).toBe('off');

	const trail = await sql(
		app,
		`SELECT actor_kind, actor_id, action, details FROM audit_entries WHERE actor_id = 'ops' ORDER BY at`
	);
	expect(trail).toMatchObject([
		{ action: 'switch.set', actor_kind: 'system', details: { operator: expect.any(String) } },
		{ action: 'switch.clear', details: { operator: expect.any(String) } }
	]);
});

test('a preview says which commit it is, and asks not to be indexed', async ({ app }) => {
	const preview = await startApp({
		databaseUrl: app.databaseUrl,
		env: {
			CODA_TIER: 'preview',
			CODA_COMMIT: '0123456789abcdef',
			AUTH_URL: 'http://localhost:3000',
			PUBLIC_ENABLE_DEVMODE: 'false'
		}
	});
	try {
		const response = await fetch(`${preview.origin}/sign-in`);

		expect(response.headers.get('x-robots-tag')).toBe('noindex');
		expect((await response.text()).replace(/<[^>]*>/g, ' ')).toMatch(/commit\s+0123456\s/);
	} finally {
		await preview.stop();
	}
});

for (const colorScheme of ['light', 'dark'] as const) {
	test(`axe finds nothing on what is new, ${colorScheme}`, async ({ app, page, ada }) => {
		test.setTimeout(60_000);
		await page.emulateMedia({ colorScheme });
		await makeAdmin(app, ada);
		await sql(
			app,
			`INSERT INTO problem_reports (id, text, page, request_id, release)
			 VALUES (gen_random_uuid(), 'It does not work.', '/ideas', 'abc-12345678', 'development')`
		);
		await setSwitch(app, 'announcement', {
			id: randomUUID(),
			text: 'Hello.',
			tone: 'info',
			link: { href: '/report', label: 'More' }
		});
		await setSwitch(app, 'maintenance', { mode: 'full', message: 'Soon.' });
		await expect.poll(() => modeOf(app)).toBe('full');

		for (const width of [360, 1440]) {
			await page.setViewportSize({ width, height: 900 });
			for (const path of [
				'/admin/switches',
				'/admin/problems',
				'/report',
				'/maintenance',
				'/ideas'
			]) {
				await open(page, path);
				expect(await findings(page), `${path} at ${width}`).toEqual([]);
				expect(
					await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth),
					`${path} at ${width} is too wide`
				).toBe(false);
			}
		}
	});
}
