import { request as httpRequest } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { startApp, type App } from '../support/app-server';
import { agreeToDocuments, expect, leaveSession, newestMail, sql, test } from '../support/e2e';

const newAddress = () => `${randomUUID()}@example.com`;

/** Asks for a link in the page and takes it from the mail. */
async function askForLink(
	{ page, app }: { page: Page; app: App },
	email: string,
	path = '/sign-in'
) {
	await page.goto(path);
	await page.getByLabel('E-mail').fill(email);
	await page.getByRole('button', { name: /send|link|continue/i }).click();
	await expect(page.getByText(email)).toBeVisible();
	const { links } = await newestMail(app, email);
	return links[0] ?? '';
}

test('leads through the mail to the board, for someone new', async ({ page, app }) => {
	const link = await askForLink({ page, app }, newAddress());
	await page.goto(link);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await agreeToDocuments(page);

	await expect(page).toHaveURL(/\/ideas$/);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('leads on to the page that was asked for', async ({ page, app }) => {
	await page.goto('/trash');
	await expect(page).toHaveURL(/sign-in\?callbackUrl=%2Ftrash/);
	const link = await askForLink({ page, app }, newAddress(), page.url());
	await page.goto(link);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await agreeToDocuments(page);

	await expect(page).toHaveURL(/\/trash$/);
});

test('leads nowhere else, whatever was asked for', async ({ page, app }) => {
	const link = await askForLink(
		{ page, app },
		newAddress(),
		'/sign-in?callbackUrl=https://evil.test/'
	);
	await page.goto(link);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await agreeToDocuments(page);

	await expect(page).toHaveURL(`${app.origin}/ideas`);
});

test('takes an address in any case as one account', async ({ page, app }) => {
	const email = newAddress();
	for (const typed of [email, email.toUpperCase()]) {
		await leaveSession(page);
		await page.goto('/sign-in');
		await page.getByLabel('E-mail').fill(typed);
		await page.getByRole('button', { name: /send|link|continue/i }).click();
		await expect(page.getByText(email)).toBeVisible();
		const { links } = await newestMail(app, email);
		await page.goto(links[0] ?? '');
		await page.getByRole('button', { name: 'Sign in' }).click();
		if (typed === email) await agreeToDocuments(page);
		await expect(page).toHaveURL(/\/ideas$/);
	}

	expect(await sql(app, 'SELECT 1 FROM users WHERE email = $1', [email])).toHaveLength(1);
});

test('survives a mail scanner that opens the link first', async ({ page, app, request }) => {
	const link = await askForLink({ page, app }, newAddress());
	for (let i = 0; i < 3; i += 1) await request.get(link);

	await page.goto(link);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await agreeToDocuments(page);

	await expect(page).toHaveURL(/\/ideas$/);
});

test.describe('a link that does not work', () => {
	test.use({ expectedErrors: [/400/] });

	test('says so when it was used before', async ({ page, app, browser }) => {
		const link = await askForLink({ page, app }, newAddress());
		await page.goto(link);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await agreeToDocuments(page);
		await expect(page).toHaveURL(/\/ideas$/);

		const other = await (await browser.newContext()).newPage();
		await other.goto(link);

		await expect(other.getByText(/expired|used/).first()).toBeVisible();
		await expect(other.getByRole('button', { name: 'Sign in' })).toHaveCount(0);
		await other.context().close();
	});

	test('says so when it was altered', async ({ page, app }) => {
		const link = await askForLink({ page, app }, newAddress());

		await page.goto(`${link.slice(0, -2)}xx`);

		await expect(page.getByText(/expired|used/).first()).toBeVisible();
	});

	test('says so when it expired between opening and pressing', async ({ page, app }) => {
		const email = newAddress();
		const link = await askForLink({ page, app }, email);
		await page.goto(link);
		await sql(app, 'UPDATE email_links SET expires_at = now() WHERE email = $1', [email]);

		await page.getByRole('button', { name: 'Sign in' }).click();

		await expect(page.getByText(/expired|used/).first()).toBeVisible();
	});
});

test('lets one of sixty parallel attempts with one link in', async ({ page }) => {
	// A server of its own: so many attempts use up the limit of this address.
	const app = await startApp();
	try {
		const link = await askForLink({ page, app }, newAddress(), `${app.origin}/sign-in`);
		const token = new URL(link).searchParams.get('token') ?? '';

		const cookies = await Promise.all(
			Array.from({ length: 60 }, async () => {
				const response = await fetch(`${app.origin}/sign-in/confirm`, {
					method: 'POST',
					redirect: 'manual',
					headers: { origin: app.origin, accept: 'text/html' },
					body: new URLSearchParams({ token })
				});
				return response.headers.getSetCookie();
			})
		);

		const signedIn = cookies.flat().filter((cookie) => /^coda-session=[\w-]+/.test(cookie));
		expect(signedIn).toHaveLength(1);
	} finally {
		await app.stop();
	}
});

/** Asks for a link with whatever Host one likes, which fetch does not allow. @returns the status */
function askAs(app: App, host: string, email: string): Promise<number> {
	const body = new URLSearchParams({ email }).toString();
	return new Promise((resolve, reject) => {
		const request = httpRequest(
			{
				port: new URL(app.origin).port,
				host: '127.0.0.1',
				path: '/sign-in',
				method: 'POST',
				headers: {
					host,
					'x-forwarded-host': 'evil.test',
					'x-coda-host': 'evil.test',
					origin: app.origin,
					accept: 'text/html',
					'content-type': 'application/x-www-form-urlencoded',
					'content-length': body.length
				}
			},
			(response) => response.resume().on('end', () => resolve(response.statusCode ?? 0))
		);
		request.on('error', reject);
		request.end(body);
	});
}

test('answers no forged Host, and puts no forged header into a mail', async ({ app }) => {
	const email = newAddress();

	expect(await askAs(app, 'evil.test', email)).toBe(421);
	expect(await askAs(app, new URL(app.origin).host, email)).toBe(200);

	const { text } = await newestMail(app, email);
	expect(text).not.toContain('evil.test');
});

test('refuses a form that another site sends', async ({ app }) => {
	const response = await fetch(`${app.origin}/sign-in`, {
		method: 'POST',
		headers: { origin: 'https://evil.test' },
		body: new URLSearchParams({ email: newAddress() })
	});

	expect(response.status).toBe(403);
});

test('keeps neither token nor session as they are', async ({ page, app }) => {
	const link = await askForLink({ page, app }, newAddress());
	const token = new URL(link).searchParams.get('token') ?? '';
	await page.goto(link);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await agreeToDocuments(page);
	await expect(page).toHaveURL(/\/ideas$/);
	const cookie = (await page.context().cookies()).find(({ name }) => name === 'coda-session');

	const [row] = await sql<{ everything: string }>(
		app,
		`SELECT coalesce((SELECT string_agg(t::text, '') FROM email_links t), '') ||
		        coalesce((SELECT string_agg(s::text, '') FROM sessions s), '') AS everything`
	);

	expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
	expect(row?.everything).not.toContain(token);
	expect(row?.everything).not.toContain(cookie?.value);
});

test('signs out for real: the cookie is worth nothing afterwards', async ({ page, app, ada }) => {
	await page.goto('/ideas');
	const cookies = await page.context().cookies();
	await sql(app, 'SELECT 1 FROM sessions WHERE user_id = $1', [ada.id]);

	await page.evaluate(() => {
		const form = document.createElement('form');
		form.method = 'post';
		form.action = '/sign-out';
		document.body.append(form);
		form.submit();
	});
	await expect(page).toHaveURL(/\/sign-in/);
	await page.context().addCookies(cookies);
	await page.goto('/ideas');

	await expect(page).toHaveURL(/\/sign-in/);
	expect(await sql(app, 'SELECT 1 FROM sessions WHERE user_id = $1', [ada.id])).toEqual([]);
});

test('a session in use gets its thirty days anew, once a day and not with every answer', async ({
	app,
	ada,
	context
}) => {
	const cookies = async () =>
		(await context.request.get(`${app.origin}/ideas`)).headers()['set-cookie'] ?? '';
	const daysLeft = async () => {
		const [row] = await sql<{ days: number }>(
			app,
			`SELECT round(extract(epoch FROM expires_at - now()) / 86400)::int AS days
			 FROM sessions WHERE user_id = $1`,
			[ada.id]
		);
		return row?.days;
	};

	expect(await cookies()).not.toContain('coda-session');
	await sql(app, `UPDATE sessions SET expires_at = now() + interval '20 days' WHERE user_id = $1`, [
		ada.id
	]);

	expect(await cookies()).toMatch(/coda-session=[\w-]+;.*HttpOnly/);
	expect(await daysLeft()).toBe(30);
	expect(await cookies()).not.toContain('coda-session');
});

test.describe('mails', () => {
	test.use({ expectedErrors: [/429/] });

	test('are limited for one account from one address, with the time to wait', async ({ app }) => {
		const email = newAddress();
		const ask = () =>
			fetch(`${app.origin}/sign-in`, {
				method: 'POST',
				headers: { origin: app.origin, accept: 'text/html' },
				body: new URLSearchParams({ email })
			});

		const statuses: number[] = [];
		for (let i = 0; i < 4; i += 1) statuses.push((await ask()).status);

		expect(statuses).toEqual([200, 200, 200, 429]);
	});
});
