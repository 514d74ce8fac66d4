import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import {
	createIdea,
	createPerson,
	expect,
	newestMail,
	open,
	signIn,
	sql,
	test
} from '../support/e2e';
import type { App } from '../support/app-server';
import { findings, overflows } from '../support/axe';

const PATHS = ['/account', '/account/security', '/account/preferences', '/account/data'];

/** Opens a page; without a script there is nothing to wait for. */
const visit = (page: Page, path: string, withScript: boolean) =>
	withScript ? open(page, path) : page.goto(path);

const accountOf = async (app: App, id: string) =>
	(
		await sql<{ email: string; name: string; time_zone: string; delete_after: Date | null }>(
			app,
			'SELECT email, name, time_zone, delete_after FROM users WHERE id = $1',
			[id]
		)
	)[0];

for (const withScript of [true, false]) {
	test.describe(withScript ? 'with JavaScript' : 'without JavaScript', () => {
		test.use({ javaScriptEnabled: withScript, expectedErrors: [/400|409/] });

		test('one changes name and time zone, and hears what is wrong', async ({ page, ada, app }) => {
			await visit(page, '/account', withScript);
			await page.getByLabel('Name').evaluate((field) => field.removeAttribute('maxlength'));
			await page.getByLabel('Name').fill('x'.repeat(121));
			await page.getByRole('button', { name: 'Save', exact: true }).click();
			await expect(page.getByText('Name: at most 120 characters.')).toBeVisible();
			await expect(page.getByLabel('Name')).toHaveValue('x'.repeat(121));
			await page.getByLabel('Name').fill('Ada Lovelace');
			await page.getByLabel('Time zone').selectOption('Europe/London');
			await page.getByRole('button', { name: 'Save', exact: true }).click();

			await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
			await expect(page.getByLabel('Name')).toHaveValue('Ada Lovelace');
			expect(await accountOf(app, ada.id)).toMatchObject({
				name: 'Ada Lovelace',
				time_zone: 'Europe/London'
			});
		});

		test('one changes the address through a mail to the new one', async ({ page, ada, app }) => {
			const email = `${randomUUID()}@example.com`;
			await visit(page, '/account', withScript);
			await page.getByLabel('New address').fill(ada.email);
			await page.getByRole('button', { name: 'Send a link to it' }).click();
			await expect(page.getByText('That is the address of your account already.')).toBeVisible();
			await page.getByLabel('New address').fill(email);
			await page.getByRole('button', { name: 'Send a link to it' }).click();
			await expect(page.getByText(`A mail is on its way to ${email}.`)).toBeVisible();
			const { links } = await newestMail(app, email);
			await page.goto(links[0] ?? '');
			expect((await accountOf(app, ada.id))?.email).toBe(ada.email);
			await page.getByRole('button', { name: 'Use this address' }).click();

			await expect(page.getByText(`Your account goes by ${email} now.`)).toBeVisible();
			expect((await accountOf(app, ada.id))?.email).toBe(email);
			await page.goto(links[0] ?? '');
			await expect(page.getByText('This link has expired')).toBeVisible();
		});

		test('one ends another session, and all others', async ({ page, ada, app, browser }) => {
			const others = [await browser.newContext(), await browser.newContext()];
			for (const other of others) await signIn(app, other, ada);
			await visit(page, '/account/security', withScript);
			await expect(page.getByText('this browser')).toBeVisible();
			await page
				.getByRole('button', { name: /^End the session/ })
				.first()
				.click();
			await expect(page.getByText('1 browser signed out.')).toBeVisible();
			await page.getByRole('button', { name: 'End all others' }).click();

			await expect(page.getByText('You are signed in nowhere else.')).toBeVisible();
			for (const other of others) {
				const response = await other.request.get(`${app.origin}/ideas`, { maxRedirects: 0 });
				expect(response.status()).toBe(303);
				await other.close();
			}
		});

		test('one chooses theme and keys, for every browser', async ({ page, ada, app, browser }) => {
			await visit(page, '/account/preferences', withScript);
			await page.getByLabel('Dark', { exact: true }).and(page.locator('main input')).check();
			await page.getByLabel('Keys without Ctrl or Cmd').and(page.locator('main input')).uncheck();
			await page.getByLabel('News about Coda').check();
			await page.getByRole('button', { name: 'Save', exact: true }).click();

			await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
			const elsewhere = await browser.newContext({ javaScriptEnabled: withScript });
			await signIn(app, elsewhere, ada);
			const other = await elsewhere.newPage();
			await other.goto(`${app.origin}/account/preferences`);
			await expect(other.locator('html')).toHaveAttribute('data-theme', 'dark');
			await expect(other.locator('main').getByLabel('News about Coda')).toBeChecked();
			await expect(other.locator('main').getByLabel('Keys without Ctrl')).not.toBeChecked();
			await elsewhere.close();
		});

		test('one downloads everything', async ({ page, ada, app }) => {
			await createIdea(app, ada, 'Analytical engine');
			await visit(page, '/account/data', withScript);
			const [download] = await Promise.all([
				page.waitForEvent('download'),
				page.getByRole('button', { name: 'Download everything about me' }).click()
			]);

			expect(download.suggestedFilename()).toMatch(/^coda-\d{4}-\d\d-\d\d\.json$/);
			expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toMatchObject({
				account: { email: ada.email },
				ideas: [{ title: 'Analytical engine' }],
				complete: true
			});
		});

		test('one deletes the account, with days to come back', async ({ page, ada, app }) => {
			await visit(page, '/account/data', withScript);
			await page.getByLabel(`Type ${ada.email} to confirm`).fill('not this one');
			await page.getByRole('button', { name: 'Delete my account' }).click();
			await expect(page.getByText('That is not the address of this account.')).toBeVisible();
			await page.getByLabel(`Type ${ada.email} to confirm`).fill(ada.email);
			await page.getByRole('button', { name: 'Delete my account' }).click();

			await expect(page).toHaveURL(/\/account\/leaving$/);
			await expect(page.getByText('To keep it, sign in before.')).toBeVisible();
			expect((await accountOf(app, ada.id))?.delete_after).not.toBeNull();
			await page.goto('/ideas');
			await expect(page).toHaveURL(/\/sign-in/);
			expect((await newestMail(app, ada.email)).subject).toBe('Your Coda account will be deleted');
		});

		test('one agrees to the documents once, and lands where one was going', async ({
			page,
			app,
			context
		}) => {
			const person = await createPerson(app, { isNew: true });
			await signIn(app, context, person);
			await page.goto('/trash');
			await expect(page).toHaveURL('/consent?callbackUrl=%2Ftrash');
			await expect(page.getByRole('link', { name: /Terms of use/ })).toBeVisible();
			await page.getByRole('button', { name: 'I agree' }).click();

			await expect(page).toHaveURL(/\/trash$/);
			await page.goto('/ideas');
			await expect(page).toHaveURL(/\/ideas$/);
			const given = await sql(app, 'SELECT document FROM consents WHERE user_id = $1', [person.id]);
			expect(given).toHaveLength(2);
		});
	});
}

test('a sign-in that is not fresh leads to showing who one is, and back', async ({
	page,
	ada,
	app
}) => {
	await sql(
		app,
		`UPDATE sessions SET authenticated_at = now() - interval '11 minutes' WHERE user_id = $1`,
		[ada.id]
	);
	for (const path of ['/account', '/account/data']) {
		await open(page, path);
		await page.getByRole('link', { name: 'Show that it is you' }).first().click();
		await expect(page).toHaveURL(`/sign-in/again?callbackUrl=${encodeURIComponent(path)}`);
	}
	const refused = await page.request.post('/account/data/download', {
		headers: { origin: app.origin },
		maxRedirects: 0
	});
	expect(refused.status()).toBe(303);
	expect(refused.headers().location).toContain('/sign-in/again');
});

test('a link to a new address does nothing for anyone else', async ({
	page,
	ada,
	app,
	browser
}) => {
	const email = `${randomUUID()}@example.com`;
	await open(page, '/account');
	await page.getByLabel('New address').fill(email);
	await page.getByRole('button', { name: 'Send a link to it' }).click();
	await expect(page.getByText('A mail is on its way')).toBeVisible();
	const { links } = await newestMail(app, email);

	const stranger = await browser.newContext();
	const theirs = await stranger.newPage();
	await theirs.goto(links[0] ?? '');
	await expect(theirs.getByRole('heading', { name: 'Sign in first' })).toBeVisible();
	await signIn(app, stranger, await createPerson(app));
	await theirs.goto(links[0] ?? '');
	await expect(theirs.getByText('This link has expired')).toBeVisible();
	await stranger.close();
	expect((await accountOf(app, ada.id))?.email).toBe(ada.email);
});

test('a new version of a document says what is new, and the other way is out', async ({
	page,
	ada,
	app
}) => {
	await sql(
		app,
		`UPDATE consents SET version = '2020-01-01' WHERE user_id = $1 AND document = 'terms'`,
		[ada.id]
	);
	await open(page, '/ideas');
	await expect(page.getByRole('heading', { name: 'Something has changed' })).toBeVisible();
	await expect(page.getByRole('link', { name: /version of 2020-01-01/ })).toBeVisible();
	await expect(page.getByRole('link', { name: /^Privacy/ })).toHaveCount(0);
	await page.evaluate((id) => localStorage.setItem(`coda-fold:${id}`, '1'), ada.id);
	await page.getByRole('button', { name: 'Sign out' }).click();

	await expect(page).toHaveURL(/\/sign-in/);
	expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
});

test('the menu leads to every page of the account by keyboard, and an admin to the operation', async ({
	page,
	ada,
	app
}) => {
	await open(page, '/ideas');
	await expect(page.getByRole('link', { name: 'Operations' })).toHaveCount(0);
	await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [ada.id]);
	await open(page, '/ideas');
	await page.getByRole('button', { name: 'Account' }).focus();
	await page.keyboard.press('Enter');
	const menu = page.getByRole('navigation', { name: 'Your account' });
	await expect(menu.getByRole('link')).toHaveText([
		'Profile',
		'Security',
		'Preferences',
		'Activity',
		'Your data',
		'Operations'
	]);
	await menu.getByRole('link', { name: 'Your data' }).focus();
	await page.keyboard.press('Enter');

	await expect(page).toHaveURL(/\/account\/data$/);
	await expect(menu).toBeHidden();
});

test('the theme of the menu goes with the account', async ({ page, ada, app, browser }) => {
	await open(page, '/ideas');
	await page.getByRole('button', { name: 'Account' }).click();
	await page.locator('#account-menu').getByText('dark').click();
	await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
	await expect
		.poll(() =>
			sql(app, `SELECT preferences ->> 'theme' AS theme FROM users WHERE id = $1`, [ada.id])
		)
		.toEqual([{ theme: 'dark' }]);

	const elsewhere = await browser.newContext();
	await signIn(app, elsewhere, ada);
	const other = await elsewhere.newPage();
	await other.goto(`${app.origin}/ideas`);
	await expect(other.locator('html')).toHaveAttribute('data-theme', 'dark');
	await elsewhere.close();
});

test('the zone of the first browser is kept, without a word', async ({ page, ada, app }) => {
	await sql(app, 'UPDATE users SET time_zone = NULL WHERE id = $1', [ada.id]);
	await open(page, '/ideas');

	const zone = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
	await expect
		.poll(() => sql(app, 'SELECT time_zone FROM users WHERE id = $1', [ada.id]))
		.toEqual([{ time_zone: zone }]);
});

test('every page of the account belongs to whoever is signed in', async ({ page, app }) => {
	void app;
	for (const path of PATHS) {
		await page.goto(path);
		await expect(page).toHaveURL(`/sign-in?callbackUrl=${encodeURIComponent(path)}`);
	}
});

test('axe finds nothing on the pages of the account, nor on a narrow one', async ({
	page,
	ada,
	app,
	context
}) => {
	await page.setViewportSize({ width: 360, height: 800 });
	for (const path of PATHS) {
		await open(page, path);
		expect(await findings(page), path).toEqual([]);
		expect(await overflows(page), `${path} is too wide`).toBe(false);
	}
	await sql(app, 'DELETE FROM consents WHERE user_id = $1', [ada.id]);
	await signIn(app, context, ada);
	await open(page, '/ideas');
	await expect(page.getByRole('button', { name: 'I agree' })).toBeVisible();
	expect(await findings(page)).toEqual([]);
});
