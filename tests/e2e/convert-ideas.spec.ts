import { createIdea, expect, open, sql, test } from '../support/e2e';

test('an idea is tagged, put aside, brought back to an earlier text, and becomes a feature and an idea again', async ({
	page,
	ada,
	app
}) => {
	const kite = await createIdea(app, ada, 'A kite');
	const toys = await createIdea(app, ada, 'Toys');
	const toast = (text: string | RegExp) => page.getByText(text).last();
	/** Not from a field, where the keys undo typing. */
	const undo = async () => {
		await page.locator('#main').focus();
		await page.keyboard.press('Control+z');
	};

	// Tags: by keyboard, on the board, and as a filter.
	await open(page, `/ideas/${kite}`);
	const tags = page.getByLabel('Tags', { exact: true });
	await tags.pressSequentially('Paper,later');
	await tags.press('Enter');
	await expect(page.getByRole('button', { name: 'Remove the tag later' })).toBeVisible();
	await tags.press('Backspace');
	await expect(page.getByRole('button', { name: 'Remove the tag paper' })).toHaveCount(0);
	await undo();
	await expect(page.getByRole('button', { name: 'Remove the tag paper' })).toBeVisible();
	await tags.focus();
	await tags.pressSequentially('two words!');
	await tags.press('Enter');
	await expect(page.getByRole('alert')).toContainText('letters, digits');
	await tags.fill('');
	await open(page, '/ideas');
	await page.getByRole('link', { name: 'Tag later' }).click();
	await expect(page).toHaveURL(/\?tag=later$/);
	await expect(page.getByRole('link', { name: 'Toys' })).toHaveCount(0);
	await expect(page.getByRole('link', { name: 'A kite', exact: true })).toBeVisible();

	// The archive: off the board by a key, found under its filter, and back.
	await page.getByRole('link', { name: 'A kite', exact: true }).focus();
	await page.keyboard.press('a');
	await expect(toast('Archived “A kite”.')).toBeVisible();
	await expect(page.getByRole('link', { name: 'A kite', exact: true })).toHaveCount(0);
	const isArchived = () =>
		sql(app, 'SELECT archived_at IS NOT NULL AS aside FROM idea_members WHERE idea_id = $1', [
			kite
		]);
	await expect.poll(isArchived).toEqual([{ aside: true }]);
	await open(page, '/ideas?filter=archived');
	await page.getByRole('link', { name: 'A kite', exact: true }).focus();
	await page.keyboard.press('a');
	await expect(toast('“A kite” is back on the board.')).toBeVisible();
	await expect.poll(isArchived).toEqual([{ aside: false }]);

	// An earlier text: seen beside the present one, brought back, and undone.
	await open(page, `/ideas/${kite}`);
	await page.getByLabel('Notes', { exact: true }).fill('Light paper.');
	await expect
		.poll(() => sql(app, 'SELECT notes FROM ideas WHERE id = $1', [kite]))
		.toEqual([{ notes: 'Light paper.' }]);
	await page.getByRole('link', { name: 'Earlier texts' }).click();
	await expect(page.getByRole('heading', { name: 'Earlier texts' })).toBeVisible();
	await expect(page.locator('ins', { hasText: 'Light paper.' })).toBeVisible();
	await page.getByRole('button', { name: 'Bring back this text' }).click();
	await expect(toast('The earlier text is back.')).toBeVisible();
	await expect(page.getByLabel('Notes', { exact: true })).toHaveValue('');
	await undo();
	await expect(page.getByLabel('Notes', { exact: true })).toHaveValue('Light paper.');
	await expect
		.poll(() => sql(app, 'SELECT notes FROM ideas WHERE id = $1', [kite]))
		.toEqual([{ notes: 'Light paper.' }]);

	// Into a feature, seen first; undone; and again.
	const convert = async () => {
		await open(page, `/ideas/${kite}`);
		await page.getByRole('button', { name: 'Make it a feature…' }).click();
		await page.getByLabel('Of which idea?').fill('toy');
		await page.getByRole('button', { name: 'Toys', exact: true }).click();
		await expect(
			page.getByRole('row', { name: /idea A kite feature A kite, in Toys/ })
		).toBeVisible();
		await page.getByRole('button', { name: 'Make it a feature', exact: true }).click();
		await expect(page).toHaveURL(new RegExp(toys));
		await expect(toast('“A kite” is a feature of “Toys” now.')).toBeVisible();
	};
	const isIdea = () =>
		sql(app, 'SELECT deleted_at IS NULL AS live FROM ideas WHERE id = $1', [kite]);
	await convert();
	await undo();
	await expect.poll(isIdea).toEqual([{ live: true }]);
	await expect(page.locator('#features [data-row]')).toHaveCount(0);
	await convert();

	// And the feature an idea of its own.
	await page.getByRole('link', { name: /^A kite/ }).hover();
	await page.getByRole('button', { name: 'More about A kite' }).click();
	await page.getByRole('menuitem', { name: 'Make it an idea…' }).click();
	await page.getByRole('button', { name: 'Make it an idea', exact: true }).click();
	await expect(page).not.toHaveURL(new RegExp(toys));
	await expect(page.getByLabel('Title')).toHaveValue('A kite');
	await expect(page.getByLabel('Notes', { exact: true })).toHaveValue('Light paper.');

	// Undone, there is no such idea any more: one is back where the feature stands.
	await undo();
	await expect(page).toHaveURL(new RegExp(toys));
	await expect(page.locator('#features').getByRole('link', { name: /^A kite/ })).toBeVisible();
});

test('Back takes away the dialog of a conversion with the page that it hangs over', async ({
	app,
	page,
	ada
}) => {
	await createIdea(app, ada, 'Toys');
	await createIdea(app, ada, 'A kite');
	await open(page, '/ideas');
	await page.locator('#main').getByRole('link', { name: 'A kite', exact: true }).click();
	await page.getByRole('button', { name: 'Make it a feature…' }).click();
	await expect(page.getByRole('dialog')).toBeVisible();

	await page.goBack();

	await expect(page).toHaveURL('/ideas');
	await expect(page.getByRole('dialog')).toHaveCount(0);
});
