import { startApp } from '../support/app-server';
import { createIdea, expect, open, signIn, sql } from '../support/e2e';
import { modeOf, setSwitch, shut } from '../support/switches';
import { test } from '../support/own-app';
import { startTcpProxy } from '../support/tcp-proxy';

test.use({ expectedErrors: [/503|Failed to load resource/] });

test.afterEach(({ app }) => shut(app, 'off'));

const html = { accept: 'text/html' };

test('holds in every process within five seconds, and is over as soon', async ({ app }) => {
	const other = await startApp({ databaseUrl: app.databaseUrl });
	try {
		expect([await modeOf(app), await modeOf(other)]).toEqual(['off', 'off']);

		for (const mode of ['read-only', 'full', 'off'] as const) {
			const since = performance.now();
			if (mode === 'off') await sql(app, 'DELETE FROM switches');
			else await setSwitch(app, 'maintenance', { mode });
			await expect
				.poll(async () => [await modeOf(app), await modeOf(other)], { intervals: [100] })
				.toEqual([mode, mode]);
			expect(performance.now() - since).toBeLessThan(5_000);
		}
	} finally {
		await other.stop();
	}
});

test.describe('in full maintenance', () => {
	test('people see what is going on, until when, and what to do: nothing', async ({
		app,
		page,
		ada
	}) => {
		void ada;
		const until = new Date(Date.now() + 600_000).toISOString();
		await shut(app, 'full', { message: 'The database moves house.', until });

		const response = await page.goto('/ideas');

		expect(response?.status()).toBe(503);
		expect(Number(response?.headers()['retry-after'])).toBeGreaterThan(500);
		expect(response?.headers()['cache-control']).toContain('no-store');
		await expect(page.getByRole('heading', { name: 'Coda is being worked on.' })).toBeVisible();
		await expect(page.getByText('The database moves house.')).toBeVisible();
		await expect(page.locator('time')).toHaveAttribute('datetime', until);

		// The page comes back by itself, without a script.
		await sql(app, 'DELETE FROM switches');
		await expect(page.getByRole('heading', { name: 'Ideas' })).toBeVisible({ timeout: 20_000 });
	});

	test('programs hear it in their own form', async ({ app }) => {
		await shut(app, 'full', { message: 'Soon.' });

		const api = await fetch(`${app.origin}/api/trpc/ideas.list`);
		const other = await fetch(`${app.origin}/api/unheard-of`);
		const data = await fetch(`${app.origin}/ideas/__data.json`);
		const cron = await fetch(`${app.origin}/api/cron/purge-soft-deletes`, {
			headers: { authorization: `Bearer ${app.cronSecret}` }
		});
		const stranger = await fetch(`${app.origin}/api/cron/purge-soft-deletes`);

		expect(api.status).toBe(503);
		expect(await api.text()).toContain('maintenance.full');
		expect(other.status).toBe(503);
		expect(await other.json()).toMatchObject({ reason: 'maintenance.full', message: 'Soon.' });
		expect(data.status).toBe(503);
		expect(await data.json()).toMatchObject({ reason: 'maintenance.full' });
		expect(cron.status).toBe(503);
		expect(await cron.json()).toEqual({ success: false, error: 'paused' });
		expect(stranger.status).toBe(401);
		for (const response of [api, other, data, cron]) {
			expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
		}
	});

	test('the program still lives, is ready, and says what it is', async ({ app }) => {
		await shut(app, 'full');

		for (const path of ['/healthz', '/readyz', '/api/version']) {
			expect((await fetch(app.origin + path)).status, path).toBe(200);
		}
	});

	test('admins are inside, and see that others are not', async ({ app, page, ada }) => {
		await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [ada.id]);
		await shut(app, 'full');

		await open(page, '/ideas');
		await expect(page.getByText('Only admins are inside.')).toBeVisible();
		await page.getByRole('link', { name: 'Switches' }).click();
		await page
			.locator('[data-switch="maintenance"]')
			.getByRole('button', { name: 'Back to the default' })
			.click();

		await expect.poll(() => modeOf(app)).toBe('off');
	});

	test('the way in is open, for those who may go on', async ({ app }) => {
		await shut(app, 'full');

		expect((await fetch(`${app.origin}/sign-in`, { headers: html })).status).toBe(200);
	});

	test('a page that was open says so when it is asked for another, and goes on later', async ({
		app,
		page,
		ada
	}) => {
		void ada;
		await open(page, '/ideas');
		await shut(app, 'full', { message: 'Back in a moment.' });

		await page.getByRole('link', { name: 'Trash' }).click();

		await expect(page.getByText('Back in a moment.')).toBeVisible();
		await sql(app, 'DELETE FROM switches');
		await expect(page.getByRole('heading', { name: 'Trash', exact: true })).toBeVisible({
			timeout: 20_000
		});
	});
});

test.describe('in read-only', () => {
	test('switched on in the middle of a save, it loses nothing', async ({ app, page, ada }) => {
		const id = await createIdea(app, ada, 'Engine');
		await open(page, `/ideas/${id}`);
		await page.getByLabel('Notes', { exact: true }).fill('Before.');
		await expect(page.locator('[data-save="saved"]')).toBeVisible();

		await shut(app, 'read-only');
		await page.getByLabel('Notes', { exact: true }).fill('Written while nothing could be saved.');
		await expect(page.getByText('Kept in this browser.', { exact: false })).toBeVisible();
		expect(await sql(app, 'SELECT notes FROM ideas WHERE id = $1', [id])).toEqual([
			{ notes: 'Before.' }
		]);

		// A reload in between loses nothing either.
		await page.reload();
		await expect(page.getByLabel('Notes', { exact: true })).toHaveValue(
			'Written while nothing could be saved.'
		);
		await expect(page.locator('[data-save="paused"]')).toBeVisible();
		await shut(app, 'off');

		await expect
			.poll(() => sql(app, 'SELECT notes FROM ideas WHERE id = $1', [id]), { timeout: 25_000 })
			.toEqual([{ notes: 'Written while nothing could be saved.' }]);
	});

	test('a new idea waits in the browser and arrives once', async ({ app, page, ada }) => {
		await open(page, '/ideas');
		await shut(app, 'read-only');
		await page.keyboard.press('c');
		await page.locator('[name="title"]').first().fill('Caught in between');
		await page.keyboard.press('Enter');
		await expect(page.locator('#main').getByText('Kept here.', { exact: false })).toBeVisible();

		await shut(app, 'off');

		await expect
			.poll(() => sql(app, 'SELECT title FROM ideas WHERE owner_id = $1', [ada.id]), {
				timeout: 25_000
			})
			.toEqual([{ title: 'Caught in between' }]);
	});

	test('everything can be read, and a banner says until when', async ({ app, page, ada }) => {
		const id = await createIdea(app, ada, 'Readable');
		const until = new Date(Date.now() + 600_000).toISOString();
		await shut(app, 'read-only', { until, message: 'We copy the database.' });

		for (const path of ['/ideas', `/ideas/${id}`, '/trash']) {
			expect((await page.goto(path))?.status(), path).toBe(200);
			await expect(page.getByLabel('Read-only')).toContainText('We copy the database.');
			await expect(page.getByLabel('Read-only').locator('time')).toHaveAttribute('datetime', until);
		}
	});

	test('one can sign out', async ({ app, page, ada }) => {
		await open(page, '/ideas');
		await shut(app, 'read-only');

		await page.getByRole('button', { name: 'Account' }).click();
		await page.getByRole('button', { name: 'Sign out' }).click();

		await expect(page).toHaveURL(/\/sign-in/);
		expect(await sql(app, 'SELECT id FROM sessions WHERE user_id = $1', [ada.id])).toEqual([]);
	});
});

test('is announced before it begins', async ({ app, page, ada }) => {
	void ada;
	const startsAt = new Date(Date.now() + 1_800_000).toISOString();
	await shut(app, 'full', { startsAt, message: 'A new engine.' });

	await expect(async () => {
		await page.goto('/ideas');
		await expect(page.getByLabel('Maintenance')).toContainText('A new engine.', { timeout: 500 });
	}).toPass({ timeout: 5_000 });
	await expect(page.getByLabel('Maintenance').locator('time')).toHaveAttribute(
		'datetime',
		startsAt
	);
});

test('by the environment it holds also when the database is gone', async ({ app, page, ada }) => {
	const url = new URL(app.databaseUrl);
	const line = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
	url.port = String(line.port);
	const alone = await startApp({ databaseUrl: url.href, env: { MAINTENANCE_MODE: 'full' } });
	try {
		await signIn({ ...app, origin: alone.origin }, page.context(), ada);
		await line.cut();

		const response = await page.goto(`${alone.origin}/ideas`);

		expect(response?.status()).toBe(503);
		await expect(page.getByRole('heading', { name: 'Coda is being worked on.' })).toBeVisible();
		expect((await fetch(`${alone.origin}/healthz`)).status).toBe(200);
	} finally {
		await alone.stop();
		await line.stop();
	}
});

test('a database that is lost leaves the switches as they were', async ({ app }) => {
	const url = new URL(app.databaseUrl);
	const line = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
	url.port = String(line.port);
	const other = await startApp({ databaseUrl: url.href });
	try {
		await setSwitch(app, 'maintenance', { mode: 'full' });
		await expect.poll(() => modeOf(other)).toBe('full');
		await line.cut();

		// Longer than any answer is believed without asking again.
		const end = performance.now() + 6_000;
		await expect
			.poll(
				async () => {
					expect(await modeOf(other)).toBe('full');
					return performance.now() > end;
				},
				{ timeout: 15_000 }
			)
			.toBe(true);
	} finally {
		await other.stop();
		await line.stop();
	}
});
