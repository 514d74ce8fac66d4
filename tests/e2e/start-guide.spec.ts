import { findings } from '../support/axe';
import { expect, open, sql, test } from '../support/e2e';

test('an empty board offers three ideas, which come when asked for and go with one Undo', async ({
	page,
	ada,
	app
}) => {
	await open(page, '/ideas');
	expect(await sql(app, 'SELECT id FROM ideas WHERE owner_id = $1', [ada.id])).toEqual([]);

	await page.getByRole('button', { name: 'Start with three ideas' }).click();
	const rows = page.locator('[data-row]');
	await expect(rows).toHaveCount(3);
	await expect(page.getByText('3 ideas to begin with.')).toBeVisible();
	await expect(rows.first().locator('[data-open]')).toBeFocused();
	expect(await findings(page)).toEqual([]);

	await page.keyboard.press('Control+z');
	await expect(page.getByText('They are in the Trash.')).toBeVisible();
	await expect(page.getByText('Write down the first idea.')).toBeVisible();
	await open(page, '/trash');
	await expect(page.locator('[data-row]')).toHaveCount(3);
});
