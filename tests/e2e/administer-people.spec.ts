import { createPerson, expect, open, signIn, sql, test } from '../support/e2e';

const ADMIN_PAGES = ['/admin', '/admin/people', '/admin/crons', '/admin/costs'];

test.describe('an admin', () => {
	test.use({ expectedErrors: [/status of 40[04]/] });

	test.beforeEach(async ({ app, ada }) => {
		await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [ada.id]);
	});

	test('finds a person, signs them out and keeps them out', async ({ app, page, browser }) => {
		const bob = await createPerson(app);
		const his = await browser.newContext();
		await signIn(app, his, bob);
		const hisPage = await his.newPage();
		await hisPage.goto(`${app.origin}/ideas`);
		await expect(hisPage.getByRole('heading', { name: 'Ideas' })).toBeVisible();

		await open(page, '/admin/people');
		await page.getByRole('searchbox', { name: 'Find' }).fill(bob.email.slice(0, 12));
		await page.keyboard.press('Enter');
		await page.getByRole('link', { name: bob.email }).click();
		await page.getByRole('button', { name: 'Disable the account' }).click();
		await expect(page.getByText('The account is disabled')).toBeVisible();

		await hisPage.reload();
		await expect(hisPage).toHaveURL(/\/sign-in/);
		await signIn(app, his, bob);
		await hisPage.goto(`${app.origin}/ideas`);
		await expect(hisPage).toHaveURL(/\/sign-in/);
		await his.close();
	});

	test('deletes an account only with its address', async ({ app, page }) => {
		const bob = await createPerson(app);
		await open(page, `/admin/people/${bob.id}`);

		await page.getByLabel(/to confirm/).fill('other@example.com');
		await page.getByRole('button', { name: 'Delete the account' }).click();
		await expect(page.getByText('Type the address exactly')).toHaveCount(2);
		await page.getByLabel(/to confirm/).fill(bob.email);
		await page.getByRole('button', { name: 'Delete the account' }).click();

		await expect(page.getByText('The account will be deleted')).toBeVisible();
		await expect(page.getByText('Being deleted')).toBeVisible();
	});

	test('who is removed while on the page finds nothing there', async ({ app, page, ada }) => {
		const bob = await createPerson(app);
		await open(page, `/admin/people/${bob.id}`);
		await sql(app, `UPDATE users SET role = 'user' WHERE id = $1`, [ada.id]);

		await page.getByRole('button', { name: 'Disable the account' }).click();

		await expect(page.locator('[data-status="404"]')).toBeVisible();
		const [row] = await sql(app, 'SELECT disabled_at FROM users WHERE id = $1', [bob.id]);
		expect(row).toEqual({ disabled_at: null });
	});
});

test.describe('the operator’s pages', () => {
	test.use({ expectedErrors: [/404/] });

	test('are not there for people', async ({ page, ada: _ada }) => {
		for (const path of ADMIN_PAGES) {
			const response = await page.goto(path);
			expect(response?.status(), path).toBe(404);
		}
	});

	test('lead nobody to the sign-in page and back', async ({ page }) => {
		for (const path of ADMIN_PAGES) {
			await page.goto(path);
			await expect(page).toHaveURL(`/sign-in?callbackUrl=${encodeURIComponent(path)}`);
		}
	});
});
