import { expect, open, sql, test } from '../support/e2e';

test.use({ expectedErrors: [/40[04]/] });

test('a newer version is offered quietly, and what is being written outlives the reload', async ({
	page,
	ada
}) => {
	void ada;
	await page.clock.install();
	await page.route('**/_app/version.json', (route) => route.fulfill({ json: { version: 'next' } }));
	await open(page, '/ideas');
	await page.keyboard.press('c');
	await page.keyboard.type('Half a thought');

	await page.clock.fastForward('10:00');

	await expect(page.getByText('A new version is ready.')).toBeVisible();
	await expect(page.locator('input[name="title"]')).toBeFocused();
	await page.getByRole('button', { name: 'Reload' }).click();
	await page.waitForLoadState('networkidle');
	await expect(page.locator('input[name="title"]')).toHaveValue('Half a thought');
});

test('a page that the new version does not understand any more keeps its text and asks for a reload', async ({
	page,
	ada,
	app
}) => {
	await open(page, '/ideas');
	await page.route('**/_app/version.json', (route) => route.fulfill({ json: { version: 'next' } }));
	await page.route('**/api/trpc/ideas.create**', (route) => {
		const url = route.request().url().replace('ideas.create', 'ideas.createdOtherwise');
		return route.continue({ url });
	});
	await page.keyboard.press('c');
	await page.keyboard.type('From before');
	await page.keyboard.press('Enter');

	await expect(page.locator('[data-sync="outdated"]')).toBeVisible();
	expect(await sql(app, 'SELECT 1 FROM ideas WHERE owner_id = $1', [ada.id])).toEqual([]);
	await page.unroute('**/api/trpc/ideas.create**');
	await page.unroute('**/_app/version.json');
	await page.reload();

	await expect
		.poll(() => sql(app, 'SELECT title FROM ideas WHERE owner_id = $1', [ada.id]))
		.toEqual([{ title: 'From before' }]);
});

test('Back brings the newer version, too, and Forward leads on from there', async ({
	page,
	ada
}) => {
	void ada;
	await page.clock.install();
	await open(page, '/ideas');
	await page.getByRole('link', { name: 'Trash' }).click();
	await expect(page).toHaveURL('/trash');
	await page.route('**/_app/version.json', (route) => route.fulfill({ json: { version: 'next' } }));
	await page.clock.fastForward('10:00');
	await expect(page.getByText('A new version is ready.')).toBeVisible();
	const loaded = page.waitForEvent('load');

	await page.goBack({ waitUntil: 'commit' });

	await loaded;
	await expect(page).toHaveURL('/ideas');
	await page.goForward();
	await expect(page).toHaveURL('/trash');
});
