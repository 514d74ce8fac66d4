import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import type { App } from '../support/app-server';
import {
	agreeToDocuments,
	expect,
	leaveSession,
	newestMail,
	open,
	sql,
	test
} from '../support/e2e';

const PASSWORD = 'an engine of brass';
const OTHER = 'another engine of brass';
const newAddress = () => `${randomUUID()}@example.com`;

/** The link of the newest mail to an address. */
const linkFor = async (app: App, email: string) => (await newestMail(app, email)).links[0] ?? '';

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Signs up and confirms, up to the board. */
async function signUp({ page, app }: { page: Page; app: App }, email: string) {
	await page.goto('/sign-up');
	await page.getByLabel('E-mail').fill(email);
	await page.getByLabel('Password').fill(PASSWORD);
	await press(page, 'Sign up');
	await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
	await page.goto(await linkFor(app, email));
	await page.getByLabel('Password').fill(PASSWORD);
	await press(page, 'Confirm and sign in');
	await agreeToDocuments(page);
	await expect(page).toHaveURL(/\/ideas$/);
}

async function signIn(page: Page, email: string, password: string) {
	await page.goto('/sign-in');
	await page.getByRole('link', { name: 'Sign in with a password' }).click();
	await page.getByLabel('E-mail').fill(email);
	await page.getByLabel('Password').fill(password);
	await press(page, 'Sign in');
}

for (const javaScriptEnabled of [true, false]) {
	test.describe(javaScriptEnabled ? 'with scripts' : 'without scripts', () => {
		test.use({ javaScriptEnabled, expectedErrors: [/400/] });

		test('one signs up, is told what is wrong, forgets the password and gets another', async ({
			page,
			app,
			browser,
			request
		}) => {
			const email = newAddress();
			await page.goto('/sign-up?callbackUrl=/trash');
			await page.getByLabel('E-mail').fill(email);
			await page.getByLabel('Password').fill('passwordpassword');
			await press(page, 'Sign up');
			await expect(page.getByText('Many people use this password')).toBeVisible();
			await expect(page.getByLabel('E-mail')).toHaveValue(email);
			await page.getByLabel('Password').fill(PASSWORD);
			await press(page, 'Sign up');
			const link = await linkFor(app, email);
			// A mail scanner looks at the link first, and it works all the same.
			for (let i = 0; i < 3; i += 1) await request.get(link);
			await page.goto(link);
			await page.getByLabel('Password').fill('not what was chosen');
			await press(page, 'Confirm and sign in');
			await expect(page.getByText('That is not the password that was chosen')).toBeVisible();
			await page.getByLabel('Password').fill(PASSWORD);
			await press(page, 'Confirm and sign in');
			await agreeToDocuments(page);
			await expect(page).toHaveURL(/\/trash$/);

			await leaveSession(page);
			await signIn(page, email, OTHER);
			await expect(page.getByText('do not go together')).toBeVisible();
			await expect(page.getByLabel('E-mail')).toHaveValue(email);
			await page.getByLabel('Password').fill(PASSWORD);
			await press(page, 'Sign in');
			await expect(page).toHaveURL(/\/trash$|\/ideas$/);

			const elsewhere = await browser.newContext({ baseURL: app.origin, javaScriptEnabled });
			const other = await elsewhere.newPage();
			await other.goto('/sign-in/password');
			await other.getByRole('link', { name: 'Forgotten?' }).click();
			await other.getByLabel('E-mail').fill(email);
			await press(other, 'Send me a link');
			// Not the link of the mail before.
			await expect.poll(() => linkFor(app, email)).toContain('/sign-in/reset');
			await other.goto(await linkFor(app, email));
			await other.getByLabel('New password').fill('short');
			await other.evaluate(() => document.querySelector('form')?.setAttribute('novalidate', ''));
			await press(other, 'Save and sign in');
			await expect(other.getByText('at least 12 characters').first()).toBeVisible();
			await other.getByLabel('New password').fill(OTHER);
			await press(other, 'Save and sign in');
			await expect(other).toHaveURL(/\/ideas$/);

			await page.goto('/ideas');
			await expect(page).toHaveURL(/\/sign-in\?/);
			await elsewhere.close();
		});

		test('one sets, changes and removes a password', async ({ page, app, ada, context }) => {
			await page.goto('/account/security');
			await page.getByLabel('New password').fill(PASSWORD);
			await press(page, 'Set a password');
			await expect(page.getByText('You have a password.')).toBeVisible();

			await sql(app, `UPDATE sessions SET authenticated_at = now() - interval '1 hour'`);
			await page.goto('/account/security');
			await page.getByLabel('Current password').fill('not this one');
			await page.getByLabel('New password').fill(OTHER);
			await press(page, 'Change the password');
			await expect(page.getByText('That is not your password.')).toBeVisible();
			await page.getByLabel('Current password').fill(PASSWORD);
			await page.getByLabel('New password').fill(OTHER);
			await press(page, 'Change the password');
			await expect(page.getByText('The password is changed.')).toBeVisible();

			// Removing it asks for more than a session that is an hour old, and leads back.
			await page.getByText('Do without a password').click();
			await press(page, 'Remove the password');
			await expect(page).toHaveURL(/\/sign-in\/again\?callbackUrl=%2Faccount%2Fsecurity/);
			const before = await context.cookies();
			await page.getByLabel('Password').fill(OTHER);
			await press(page, 'Go on');
			await expect(page).toHaveURL(/\/account\/security$/);
			expect(await context.cookies()).not.toEqual(before);
			await page.getByText('Do without a password').click();
			await press(page, 'Remove the password');
			await expect(page.getByText('You have no password any more.')).toBeVisible();
			expect((await newestMail(app, ada.email)).subject).toBe('The password of your Coda account');
		});
	});
}

test('whoever has no password shows who they are by a link, in the same session', async ({
	page,
	app,
	ada
}) => {
	await sql(app, `UPDATE sessions SET authenticated_at = now() - interval '1 hour'`);
	const sessions = () =>
		sql(app, 'SELECT id FROM sessions WHERE user_id = $1', [ada.id]).then((rows) =>
			rows.map(({ id }) => String(id))
		);
	const before = await sessions();
	await open(page, '/account/security');
	await page.getByLabel('New password').fill(PASSWORD);
	await press(page, 'Set a password');
	await expect(page).toHaveURL(/\/sign-in\/again/);
	await press(page, 'Send me a link');
	await expect(page.getByText('Open it in this browser')).toBeVisible();

	await page.goto(await linkFor(app, ada.email));
	await press(page, 'Sign in');

	await expect(page).toHaveURL(/\/account\/security$/);
	expect(await sessions()).toEqual(before);
	await page.getByLabel('New password').fill(PASSWORD);
	await press(page, 'Set a password');
	await expect(page.getByText('You have a password.')).toBeVisible();
});

test.describe('an account', () => {
	// The board that is still open may ask once more before it is left: by then nobody is signed in.
	test.use({ expectedErrors: [/401|403/] });

	test('that is switched off says so to its owner', async ({ page, app }) => {
		const email = newAddress();
		await signUp({ page, app }, email);
		await sql(app, 'UPDATE users SET disabled_at = now() WHERE email = $1', [email]);
		await page.goto('/ideas');
		await expect(page).toHaveURL(/\/sign-in/);

		await signIn(page, email, PASSWORD);

		await expect(page.getByText('This account is switched off.')).toBeVisible();
	});

	test('that was going to be deleted stays when its owner signs in', async ({ page, app }) => {
		const email = newAddress();
		await signUp({ page, app }, email);
		await sql(app, `UPDATE users SET delete_after = now() + interval '3 days' WHERE email = $1`, [
			email
		]);
		await leaveSession(page);

		await signIn(page, email, PASSWORD);

		await expect(page.getByRole('heading', { name: 'Your account stays' })).toBeVisible();
		await page.getByRole('link', { name: 'Go on' }).click();
		await expect(page).toHaveURL(/\/ideas$/);
	});
});

test('an old cookie after everyone was signed out leads to the sign-in page, once', async ({
	page,
	app,
	ada
}) => {
	await sql(app, 'DELETE FROM sessions WHERE user_id = $1', [ada.id]);

	const response = await page.goto('/ideas');

	await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
	const asked = response?.request().redirectedFrom();
	expect(asked?.url()).toBe(`${app.origin}/ideas`);
	expect(asked?.redirectedFrom()).toBeNull();
});

test('no way of signing in leads off this site', async ({ app }) => {
	const email = newAddress();
	await sql(app, 'INSERT INTO users (id, email) VALUES (gen_random_uuid(), $1)', [email]);
	for (const path of [
		'/sign-in',
		'/sign-in/password',
		'/sign-up',
		'/sign-in/forgot',
		'/sign-in/kept'
	]) {
		const url = `${app.origin}${path}?callbackUrl=${encodeURIComponent('https://evil.test/')}`;
		expect(await (await fetch(url)).text(), path).not.toContain('evil.test');
	}
});

test('attempts are limited, with the time to wait in the page and in a header', async ({ app }) => {
	// Those of the tests before it came from the same address.
	await sql(app, 'DELETE FROM rate_limits');
	const email = newAddress();
	const attempt = () =>
		fetch(`${app.origin}/sign-in/password`, {
			method: 'POST',
			headers: { origin: app.origin, accept: 'text/html' },
			body: new URLSearchParams({ email, password: PASSWORD })
		});
	for (let i = 0; i < 5; i += 1) expect((await attempt()).status).toBe(400);

	const refused = await attempt();

	expect(refused.status).toBe(429);
	expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
	expect(await refused.text()).toMatch(/That was too often\. Try again in \d+ (seconds|minutes)/);
});
