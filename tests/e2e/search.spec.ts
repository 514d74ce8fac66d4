import { createIdea, expect, open, sql, test } from '../support/e2e';
import { findings } from '../support/axe';

test('a search by page, with typos and filters, shares its address and works without JavaScript', async ({
	page,
	ada,
	app,
	browser
}) => {
	await createIdea(app, ada, 'Analytical engine');
	await createIdea(app, ada, 'Garden path <b>');
	await open(page, '/ideas');

	await page.keyboard.press('/');
	await expect(page).toHaveURL(/\/search$/);
	await expect(page.locator('#search-field')).toBeFocused();
	await expect(page.getByText('What can be asked')).toBeVisible();
	expect(await findings(page)).toEqual([]);
	await page.keyboard.type('gard');
	await page.keyboard.press('Enter');
	await expect(page.locator('[data-row]')).toHaveCount(1);
	await expect(page.locator('mark')).toHaveText('Gard');
	await expect(page.locator('[data-row]')).toContainText('Garden path <b>');
	expect(await findings(page)).toEqual([]);

	await open(page, '/search?q=analitical');
	await page.getByRole('link', { name: 'Analytical engine' }).first().click();
	await expect(page.locator('[data-row]').first()).toContainText('Analytical engine');
	await page.getByRole('link', { name: 'is:super' }).click();
	await expect(page).toHaveURL(/is%3Asuper/);
	await expect(page.getByRole('link', { name: 'Search without is:super' })).toBeVisible();
	expect(await findings(page)).toEqual([]);

	const plain = await browser.newContext({
		javaScriptEnabled: false,
		storageState: await page.context().storageState()
	});
	const bare = await plain.newPage();
	await bare.goto(`${app.origin}/search`);
	await bare.locator('#search-field').fill('engine');
	await bare.getByRole('button', { name: 'Search', exact: true }).click();
	await expect(bare.locator('[data-row]')).toHaveCount(1);
	await plain.close();
});

test('a board narrowed by its address keeps sort and words, and leads on to everything', async ({
	page,
	ada,
	app,
	browser
}) => {
	await createIdea(app, ada, 'Paper kite');
	await createIdea(app, ada, 'Box kite');
	await createIdea(app, ada, 'Garden path');
	await open(page, '/ideas?sort=title');

	const main = page.locator('#main');
	const field = main.getByRole('searchbox', { name: 'Find ideas on this board' });
	await field.fill('kite');
	await field.press('Enter');
	await expect(page).toHaveURL(/sort=title&q=kite/);
	await expect(main.locator('[data-row]')).toHaveText([/Box kite/, /Paper kite/]);
	await expect(main.getByText('2 ideas say “kite”.')).toBeVisible();
	expect(await findings(page)).toEqual([]);
	await page.reload();
	await expect(main.locator('[data-row]')).toHaveCount(2);
	await field.fill('nowhere is:done');
	await field.press('Enter');
	await expect(main.locator('[data-row]')).toHaveCount(0);
	await expect(main.getByText('“is:done” fits no idea on a board.')).toBeVisible();
	expect(await findings(page)).toEqual([]);
	await main.getByRole('link', { name: 'Search everything' }).click();
	await expect(page.locator('#search-field')).toHaveValue('nowhere is:done');

	const plain = await browser.newContext({
		javaScriptEnabled: false,
		storageState: await page.context().storageState()
	});
	const bare = await plain.newPage();
	await bare.goto(`${app.origin}/ideas`);
	await bare.getByRole('searchbox', { name: 'Find ideas on this board' }).fill('garden');
	await bare.getByRole('button', { name: 'Find', exact: true }).click();
	await expect(bare.locator('#main [data-row]')).toHaveCount(1);
	await plain.close();
});

test('the features of an idea are narrowed while one types, and Esc shows all of them', async ({
	page,
	ada,
	app
}) => {
	const idea = await createIdea(app, ada, 'Analytical engine');
	for (const [at, title] of ['A mill', 'A store', 'A frame'].entries()) {
		await sql(
			app,
			`INSERT INTO features (id, idea_id, client_key, title, notes, position)
			 VALUES (gen_random_uuid(), $1, gen_random_uuid(), $2, $3, $4)`,
			[idea, title, at === 1 ? 'Shelves of brass' : '', `a${at + 1}`]
		);
	}
	await open(page, `/ideas/${idea}`);

	const rows = page.locator('#features [data-row]');
	await page.keyboard.press('/');
	await page.keyboard.type('brass');
	await expect(rows).toHaveCount(1);
	await expect(rows.locator('mark')).toHaveText('brass');
	await expect(page.locator('#features').getByText('1 of 3 features')).toBeVisible();
	expect(await findings(page)).toEqual([]);
	await page.keyboard.press('Escape');
	await expect(rows).toHaveCount(3);

	await open(page, `/ideas/${idea}?q=mill`);
	await expect(rows).toHaveCount(1);
});

test('the palette opens things, runs actions, offers more, and gives the focus back', async ({
	page,
	ada,
	app
}) => {
	await createIdea(app, ada, 'Analytical engine');
	await open(page, '/ideas');
	await page.keyboard.press('j');
	const line = page.locator('[data-open]').first();
	await expect(line).toBeFocused();

	await page.keyboard.press('Control+k');
	const field = page.getByRole('combobox', { name: 'Idea, feature or action' });
	await expect(field).toBeFocused();
	await expect(page.getByRole('option', { name: 'Analytical engine' })).toBeVisible();
	expect(await findings(page)).toEqual([]);
	await page.keyboard.press('Escape');
	await expect(line).toBeFocused();

	await page.keyboard.press('Control+k');
	await field.fill('>trash');
	await expect(page.getByRole('option').first()).toContainText('Trash');
	await field.fill('nothing like it');
	await expect(page.getByRole('option', { name: 'Search for' })).toBeVisible();
	await page.getByRole('option', { name: 'New idea: nothing like it' }).click();
	await expect(page.locator('input[name="title"]')).toHaveValue('nothing like it');
	await page.keyboard.press('Control+k');
	await field.fill('anlytical');
	await field.fill('analytical');
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/ideas\/[0-9a-f-]{36}$/);
});

test('another key for a shortcut counts at once, is kept, and is shown', async ({
	page,
	ada,
	app
}) => {
	await open(page, '/account/preferences');
	await page.locator('[data-change="compose"]').click();
	await page.keyboard.press('s');
	await expect(page.getByText('S is for “Star')).toBeVisible();
	await page.keyboard.press('w');
	await expect(page.getByText('“New idea” is W now.')).toBeVisible();
	await expect
		.poll(() => sql(app, `SELECT preferences -> 'keys' AS keys FROM users WHERE id = $1`, [ada.id]))
		.toEqual([{ keys: { compose: 'w' } }]);

	await open(page, '/trash');
	await page.keyboard.press('w');

	await expect(page.locator('input[name="title"]')).toBeFocused();
	await page.keyboard.press('Escape');
	await page.keyboard.press('?');
	await expect(page.getByRole('dialog', { name: 'Keyboard' })).toContainText('W');
});
