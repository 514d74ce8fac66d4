import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { createPerson, expect, open, signIn, sql, test } from '../support/e2e';

/** Adds an idea by the board's form. */
async function addIdea(page: Page, title: string): Promise<void> {
	await open(page, '/ideas');
	await page.getByRole('textbox').first().fill(title);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('link', { name: title })).toBeVisible();
}

test('a person sees what they did, from where, and what an admin did to them', async ({
	page,
	app,
	ada
}) => {
	await addIdea(page, 'Analytical engine');
	await sql(
		app,
		`INSERT INTO audit_entries (id, actor_kind, actor_id, person_id, action, target_kind, target_id)
		 VALUES (gen_random_uuid(), 'person', gen_random_uuid()::text, $1, 'session.end', 'user', $2)`,
		[ada.id, ada.id]
	);

	await open(page, '/account/activity');

	const entries = page.getByRole('listitem');
	await expect(entries.filter({ hasText: 'An administrator ended your session' })).toBeVisible();
	const added = entries.filter({ hasText: 'Added an idea: Analytical engine' });
	await expect(added).toContainText(/Chrome on \w+/);
	await expect(added).toContainText('127.0.0.1');
	await added.getByRole('link').click();
	await expect(page).toHaveURL(/\/ideas\/[0-9a-f-]{36}$/);
});

test('an admin finds an entry, and exports what was found', async ({ page, app, ada }) => {
	await addIdea(page, '=1+1');
	await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [ada.id]);
	await sql(
		app,
		`INSERT INTO audit_entries (id, actor_kind, actor_id, action, target_kind, target_id)
		 VALUES (gen_random_uuid(), 'system', '=cmd()', 'idea.purge', 'idea', gen_random_uuid()::text)`
	);

	await open(page, '/admin/audit');
	await page.getByLabel('Action begins with').fill('idea.');
	await page.getByLabel('Who').fill(ada.email);
	await page.getByRole('button', { name: 'Find' }).click();
	await expect(page).toHaveURL(/action=idea\./);
	await expect(page.getByRole('row')).toHaveCount(2);
	await expect(page.getByRole('row').nth(1)).toContainText('Added an idea');

	const [json] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('button', { name: 'Export JSON' }).click()
	]);
	const entries = JSON.parse(readFileSync(await json.path(), 'utf8')) as Record<string, unknown>[];
	expect(entries).toMatchObject([
		{ action: 'idea.create', actor_email: ada.email, address: expect.any(String) }
	]);

	await page.getByRole('link', { name: 'Clear' }).click();
	await expect(page.getByRole('cell', { name: /Exported the audit/ })).toContainText('format json');
	const [csv] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('button', { name: 'Export CSV' }).click()
	]);
	const text = readFileSync(await csv.path(), 'utf8');
	expect(text).toMatch(/^sequence,at,actor_kind,/);
	expect(text).toContain("'=cmd()");
	expect(text).not.toContain(',=cmd()');
});

test('nobody else exports anything', async ({ page, app, ada: _ada, context }) => {
	const post = (form: Record<string, string>) =>
		page.request.post(`${app.origin}/admin/audit/export`, {
			form,
			headers: { origin: app.origin },
			maxRedirects: 0
		});

	expect((await post({ format: 'json' })).status()).toBe(404);

	const admin = await createPerson(app);
	await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [admin.id]);
	await context.clearCookies();
	expect((await post({ format: 'json' })).status()).toBe(303);
	await signIn(app, context, admin);
	expect((await post({ format: 'xml' })).status()).toBe(400);
	expect((await page.request.get(`${app.origin}/admin/audit/export`)).status()).toBe(405);
	expect((await post({ format: 'json' })).status()).toBe(200);
});
