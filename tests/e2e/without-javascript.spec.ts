import { randomUUID } from 'node:crypto';
import { agreeToDocuments, createIdea, expect, newestMail, sql, test } from '../support/e2e';

test.use({ javaScriptEnabled: false, expectedErrors: [/400|409/] });

test('one signs in, captures, edits, deletes, undoes and restores', async ({ page, app }) => {
	const email = `${randomUUID()}@example.com`;
	await page.goto('/ideas');
	await page.getByLabel('E-mail').fill(email);
	await page.getByRole('button', { name: /send|link|continue/i }).click();
	const { links } = await newestMail(app, email);
	await page.goto(links[0] ?? '');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await agreeToDocuments(page);
	await expect(page).toHaveURL(/\/ideas$/);

	await page.locator('input[name="title"]').fill('Analytical engine');
	await page.getByRole('button', { name: 'Save idea' }).click();
	await page.getByRole('link', { name: 'Analytical engine' }).click();
	await page.getByLabel('Title').fill('Difference engine');
	await page.getByRole('button', { name: /save/i }).first().click();
	await page.goto('/ideas');
	await page.getByRole('button', { name: 'Move to Trash: Difference engine' }).click();
	await expect(page.getByRole('link', { name: 'Difference engine' })).toHaveCount(0);
	await page.getByRole('button', { name: /undo/i }).click();
	await expect(page.getByRole('link', { name: 'Difference engine' })).toBeVisible();

	await page.getByRole('button', { name: 'Move to Trash: Difference engine' }).click();
	await page.goto('/trash');
	await page.getByRole('button', { name: /^Restore:/ }).click();
	await page.goto('/ideas');
	await expect(page.getByRole('link', { name: 'Difference engine' })).toBeVisible();
});

test('a form sent twice makes one idea', async ({ page, ada, app }) => {
	await page.goto('/ideas');
	const clientKey = await page.locator('input[name="clientKey"]').first().inputValue();
	const form = { clientKey, title: 'Once', notes: '' };
	for (let i = 0; i < 2; i += 1) {
		await page.request.post('/ideas?/create', { form, headers: { origin: app.origin } });
	}

	expect(await sql(app, 'SELECT 1 FROM ideas WHERE owner_id = $1', [ada.id])).toHaveLength(1);
});

test('what is wrong with a form is said beside it, and the text stays', async ({ page, ada }) => {
	void ada;
	await page.goto('/ideas');
	await page.locator('input[name="title"]').fill('x'.repeat(256));
	await page.getByRole('button', { name: 'Save idea' }).click();

	await expect(page.getByText('Title: at most 255 characters.')).toBeVisible();
	await expect(page.locator('input[name="title"]')).toHaveValue('x'.repeat(256));
});

test('a stale form shows both texts', async ({ page, ada, app }) => {
	const id = await createIdea(app, ada, 'Engine');
	await page.goto(`/ideas/${id}`);
	await sql(app, `UPDATE ideas SET title = 'Theirs', version = 2 WHERE id = $1`, [id]);
	await page.getByLabel('Title').fill('Mine');
	await page.getByRole('button', { name: /save/i }).first().click();

	await expect(page.getByText('Theirs').first()).toBeVisible();
	expect(await sql(app, 'SELECT title FROM ideas WHERE id = $1', [id])).toEqual([
		{ title: 'Theirs' }
	]);
});
