import { startApp } from '../support/app-server';
import { createIdea, createPerson, expect, open, signIn, sql, test } from '../support/e2e';

// What is sent again meets its own first arrival, which is a conflict that nobody has to settle.
test.use({
	expectedErrors: [/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|409/]
});

test('a server that is killed in the middle of a save loses nothing, and what was saved arrives once', async ({
	app: ready,
	page,
	context
}) => {
	const ada = await createPerson(ready);
	const id = await createIdea(ready, ada, 'Kite');
	const first = await startApp({ databaseUrl: ready.databaseUrl });
	const { port } = new URL(first.origin);
	await signIn(first, context, ada);
	await open(page, `${first.origin}/ideas/${id}`);

	// The save has reached the database, and its answer reaches nobody.
	await page.route('**/api/trpc/ideas.update*', async (route) => {
		await route.fetch();
		await first.kill9();
		await route.abort('connectionreset');
	});
	await page.getByLabel('Notes', { exact: true }).fill('A tail of light paper.');

	await expect(page.locator('[data-save="offline"]')).toBeVisible();
	await expect(page.getByLabel('Notes', { exact: true })).toHaveValue('A tail of light paper.');
	await page.keyboard.type(' Twelve bows.');
	await page.unroute('**/api/trpc/ideas.update*');
	const second = await startApp({ databaseUrl: ready.databaseUrl, port: Number(port) });
	try {
		await expect(page.locator('[data-save="saved"]')).toBeVisible({ timeout: 40_000 });
		await expect(page.locator('[data-save="conflict"]')).toHaveCount(0);
		const saved = await sql(ready, 'SELECT notes, version FROM ideas WHERE id = $1', [id]);
		expect(saved).toEqual([{ notes: 'A tail of light paper. Twelve bows.', version: 3 }]);
	} finally {
		await page.goto('about:blank');
		await second.stop();
	}
});

test('an idea whose saving was cut off by a kill arrives once', async ({
	app: ready,
	page,
	context
}) => {
	const ada = await createPerson(ready);
	const first = await startApp({ databaseUrl: ready.databaseUrl });
	const { port } = new URL(first.origin);
	await signIn(first, context, ada);
	await open(page, `${first.origin}/ideas`);
	await page.route('**/api/trpc/ideas.create*', async (route) => {
		await route.fetch();
		await first.kill9();
		await route.abort('connectionreset');
	});

	await page.keyboard.press('c');
	await page.keyboard.type('Only one of it');
	await page.keyboard.press('Enter');
	await expect(page.locator('[data-sync="failed"], [data-sync="offline"]')).toBeVisible();
	await page.unroute('**/api/trpc/ideas.create*');
	const second = await startApp({ databaseUrl: ready.databaseUrl, port: Number(port) });
	try {
		await expect(page.locator('[data-sync="saved"]')).toBeVisible({ timeout: 40_000 });
		await expect(page.getByRole('link', { name: 'Only one of it', exact: true })).toBeVisible();
		const made = await sql(ready, 'SELECT title FROM ideas WHERE owner_id = $1', [ada.id]);
		expect(made).toEqual([{ title: 'Only one of it' }]);
	} finally {
		await page.goto('about:blank');
		await second.stop();
	}
});
