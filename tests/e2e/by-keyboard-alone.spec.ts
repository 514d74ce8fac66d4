import type { Locator, Page } from '@playwright/test';
import { expect, open, sql, test } from '../support/e2e';

const row = (page: Page, title: string) => page.locator('[data-open]').filter({ hasText: title });
const featureBox = (page: Page, title: string) =>
	page.getByRole('checkbox', { name: `Done: ${title}` });

/** Goes on with Tab until something has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
	await expect(target).toBeVisible();
	for (let presses = 0; presses < 60; presses++) {
		await page.keyboard.press('Tab');
		if (await target.evaluate((element) => element === document.activeElement)) return;
	}
	expect(target, 'reached with Tab').toBeFocused();
}

test('the whole product by keyboard alone, and the focus is always where one goes on', async ({
	page,
	ada,
	app
}) => {
	test.slow();
	const press = async (...keys: string[]) => {
		for (const key of keys) await page.keyboard.press(key);
	};
	const stars = () =>
		sql<{ title: string; star: string }>(
			app,
			`SELECT title, star::text FROM ideas JOIN idea_members ON idea_id = id
			 WHERE owner_id = $1 AND deleted_at IS NULL ORDER BY title`,
			[ada.id]
		);

	await test.step('three ideas are captured', async () => {
		await open(page, '/ideas');
		await press('c');
		await expect(page.locator('input[name="title"]')).toBeFocused();
		for (const title of ['Boat', 'Clock', 'Kite']) {
			await page.keyboard.type(title);
			await press('Enter');
			await expect(page.locator('input[name="title"]')).toBeFocused();
		}
		await expect.poll(async () => (await stars()).length).toBe(3);
		await press('Escape', 'j');
		await expect(row(page, 'Kite')).toBeFocused();
		await press('c', 'Escape');
		await expect(row(page, 'Kite'), 'the composer gives the focus back').toBeFocused();
	});

	await test.step('one is starred, and one moves', async () => {
		await press('s');
		await expect(row(page, 'Kite')).toBeFocused();
		await expect(page.locator('[data-star="star"]')).toHaveCount(1);
		await press('j');
		await expect(row(page, 'Clock')).toBeFocused();
		await press('Alt+ArrowDown');
		await expect(page.locator('[data-open]')).toHaveText(['Kite', 'Boat', 'Clock']);
		await expect(row(page, 'Clock')).toBeFocused();
	});

	await test.step('two are selected, starred and tagged together', async () => {
		await press('x', 'Shift+K');
		await expect(row(page, 'Boat')).toBeFocused();
		await expect(page.getByText('2 selected').first()).toBeVisible();
		await press('s');
		await expect.poll(stars).toEqual([
			{ title: 'Boat', star: 'star' },
			{ title: 'Clock', star: 'star' },
			{ title: 'Kite', star: 'star' }
		]);
		await expect(row(page, 'Boat')).toBeFocused();
		await press('t');
		await expect(page.getByLabel('Find or add a tag')).toBeFocused();
		await page.keyboard.type('outdoors');
		await press('Enter', 'Enter');
		await expect(page.getByRole('link', { name: 'Tag outdoors' })).toHaveCount(2);
		await expect(row(page, 'Boat'), 'the dialog gives the focus back').toBeFocused();
		await press('Escape');
		await expect(page.getByRole('group', { name: 'Selected ideas' })).toBeHidden();
		await expect(row(page, 'Boat')).toBeFocused();
	});

	await test.step('an idea gets features, one is done, and that is undone', async () => {
		await press('k');
		await expect(row(page, 'Kite')).toBeFocused();
		await press('Enter');
		await expect(page).toHaveURL(/\/ideas\/[0-9a-f-]{36}$/);
		await expect(page.getByLabel('Add a feature', { exact: true })).toBeVisible();
		await press('n');
		await expect(page.getByLabel('Add a feature', { exact: true })).toBeFocused();
		for (const title of ['Cut the paper', 'Tie the string']) {
			await page.keyboard.type(title);
			await press('Enter');
			await expect(row(page, title)).toBeVisible();
		}
		await press('Escape', 'j');
		await expect(row(page, 'Cut the paper')).toBeFocused();
		await press('d');
		await expect(featureBox(page, 'Cut the paper')).toBeHidden();
		await expect(row(page, 'Tie the string')).toBeFocused();
		await press('Control+z');
		await expect(featureBox(page, 'Cut the paper')).not.toBeChecked();
		await expect(row(page, 'Tie the string')).toBeFocused();
	});

	await test.step('an idea is found by searching, and another one by the palette', async () => {
		await press('/');
		await page.keyboard.type('string');
		await expect(row(page, 'Cut the paper'), 'an idea finds among its own features').toBeHidden();
		await expect(row(page, 'Tie the string')).toBeVisible();
		await press('Escape', 'Escape', 'g', 's');
		await expect(page).toHaveURL(/\/search$/);
		await press('/');
		await expect(page.getByRole('searchbox')).toBeFocused();
		await page.keyboard.type('string');
		await press('Enter');
		await expect(row(page, 'Tie the string')).toBeVisible();
		await press('Escape', 'j');
		await expect(row(page, 'Tie the string')).toBeFocused();
		await press('Control+k');
		await expect(page.getByRole('combobox')).toBeFocused();
		await press('Escape');
		await expect(row(page, 'Tie the string'), 'the palette gives it back').toBeFocused();
		await press('Control+k');
		await page.keyboard.type('boat');
		await expect(page.getByRole('option', { selected: true })).toContainText('Boat');
		await press('Enter');
		await expect(page.locator('[data-plan] [name="title"]')).toHaveValue('Boat');
	});

	await test.step('it becomes a feature', async () => {
		const opener = page.getByRole('button', { name: 'Make it a feature…' });
		await tabTo(page, opener);
		await press('Enter');
		await expect(page.getByLabel('Of which idea?')).toBeFocused();
		await press('Escape');
		await expect(opener, 'the dialog gives the focus back').toBeFocused();
		await press('Enter');
		await page.keyboard.type('kit');
		const target = page.getByLabel('Ideas', { exact: true }).getByRole('button', { name: 'Kite' });
		await tabTo(page, target);
		await press('Enter');
		await expect(page.getByRole('dialog').getByRole('radio').first()).toBeFocused();
		await tabTo(page, page.getByRole('button', { name: 'Make it a feature', exact: true }));
		await press('Enter');
		await expect(page.locator('[data-plan] [name="title"]')).toHaveValue('Kite');
		await expect(row(page, 'Boat')).toBeVisible();
	});

	await test.step('an idea goes to the Trash and comes back', async () => {
		await press('g', 'i');
		await expect(page).toHaveURL(/\/ideas$/);
		await expect(row(page, 'Clock')).toBeVisible();
		await press('j');
		await expect(row(page, 'Kite')).toBeFocused();
		await press('#');
		await expect(row(page, 'Clock')).toBeFocused();
		await press('g', 't');
		const restore = page.getByRole('button', { name: 'Restore: Kite' });
		await expect(restore).toBeVisible();
		await press('j');
		await expect(restore).toBeFocused();
		await press('Enter');
		await expect(restore).toBeHidden();
		await expect(page.locator(':focus')).not.toHaveCount(0);
		await press('g', 'i');
		await expect(row(page, 'Kite')).toBeVisible();
		expect((await stars()).map(({ title }) => title)).toEqual(['Clock', 'Kite']);
	});
});
