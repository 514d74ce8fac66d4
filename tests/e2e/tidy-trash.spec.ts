import { createIdea, createPerson, expect, open, sql, test } from '../support/e2e';

test('the Trash: several restored and sent back, several deleted for good, one by its title', async ({
	page,
	ada,
	app
}) => {
	for (const title of ['Kite', 'Boat', 'Clock', 'Drum']) await createIdea(app, ada, title);
	const plan = await createIdea(app, ada, 'Plan');
	await sql(
		app,
		`INSERT INTO features (id, idea_id, client_key, title, position, deleted_at, undo_expires_at)
		VALUES (gen_random_uuid(), $1, gen_random_uuid(), 'Wings', 'a0', now(), now() + interval '7 days')`,
		[plan]
	);
	await sql(
		app,
		`UPDATE ideas SET deleted_at = now(), undo_expires_at = now() + interval '7 days'
		WHERE owner_id = $1 AND title <> 'Plan'`,
		[ada.id]
	);
	await open(page, '/trash');
	const row = (title: string) => page.locator('[data-row]').filter({ hasText: title });
	await expect(page.locator('[data-row]')).toHaveCount(5);
	await expect(row('Wings')).toContainText('Feature of Plan');
	await expect(row('Kite')).toContainText('days left');

	// Two together, by key and by box; one way back for both.
	await row('Kite').getByRole('button', { name: 'Restore' }).focus();
	await page.keyboard.press('x');
	await page.getByRole('checkbox', { name: 'Select Wings' }).check();
	await expect(page.getByText('2 selected')).toBeVisible();
	await page.getByRole('button', { name: 'Restore selected' }).click();
	await expect(page.locator('[data-row]')).toHaveCount(3);
	await expect(page.getByText('2 things restored.')).toBeVisible();
	await page.keyboard.press('Control+z');
	await expect(page.getByText('Back in the Trash.')).toBeVisible();
	await expect(page.locator('[data-row]')).toHaveCount(5);
	await page.reload();
	await expect(page.locator('[data-row]')).toHaveCount(5);

	// One alone, and sent back.
	await row('Boat').getByRole('button', { name: 'Restore' }).click();
	await expect(page.getByText('“Boat” is back.')).toBeVisible();
	await page.keyboard.press('Control+z');
	await expect(row('Boat')).toBeVisible();
	await expect(page.getByText('“Boat” is back.')).toHaveCount(0);
	await expect
		.poll(() =>
			sql(
				app,
				'SELECT 1 AS n FROM ideas WHERE deleted_at IS NOT NULL AND title = $1 AND owner_id = $2',
				['Boat', ada.id]
			)
		)
		.toHaveLength(1);

	// One for good, by its title.
	await row('Drum').getByText('Delete for good').first().click();
	await row('Drum').getByRole('textbox').fill('Trumpet');
	await row('Drum').getByRole('button', { name: 'Delete for good' }).click();
	await expect(row('Drum').getByRole('alert')).toBeVisible();
	await row('Drum').getByRole('textbox').fill('Drum');
	await row('Drum').getByRole('button', { name: 'Delete for good' }).click();
	await expect(row('Drum')).toHaveCount(0);

	// All that is left for good, by their number.
	await page.getByRole('checkbox', { name: 'Select all' }).check();
	await page.getByRole('button', { name: 'Delete selected for good' }).click();
	const dialog = page.getByRole('alertdialog');
	await expect(dialog).toContainText('Delete 4 things for good?');
	await dialog.getByRole('textbox').fill('4');
	await dialog.getByRole('button', { name: 'Delete for good' }).click();
	await expect(page.getByText('The Trash is empty.')).toBeVisible();
	await expect
		.poll(() => sql(app, 'SELECT title FROM ideas WHERE owner_id = $1', [ada.id]))
		.toEqual([{ title: 'Plan' }]);
});

test('without a script several are restored together', async ({ browser, ada, app, context }) => {
	for (const title of ['Kite', 'Boat']) await createIdea(app, ada, title);
	await sql(
		app,
		`UPDATE ideas SET deleted_at = now(), undo_expires_at = now() + interval '7 days' WHERE owner_id = $1`,
		[ada.id]
	);
	const plain = await browser.newContext({
		javaScriptEnabled: false,
		baseURL: app.origin,
		storageState: await context.storageState()
	});
	const page = await plain.newPage();
	await page.goto('/trash');

	await page.getByRole('checkbox', { name: 'Select Kite' }).check();
	await page.getByRole('checkbox', { name: 'Select Boat' }).check();
	await page.getByRole('textbox', { name: 'How many' }).fill('1');
	await page.getByRole('button', { name: 'Delete selected for good' }).click();
	await expect(page.getByRole('alert')).toHaveText(
		'Type how many they are to delete them for good.'
	);
	await page.getByRole('checkbox', { name: 'Select Kite' }).check();
	await page.getByRole('checkbox', { name: 'Select Boat' }).check();
	await page.getByRole('button', { name: 'Restore selected' }).click();

	await expect(page.getByText('The Trash is empty.')).toBeVisible();
	await plain.close();
});

test('a feature of someone else’s idea can be restored, and not deleted for good', async ({
	page,
	ada,
	app
}) => {
	const theirs = await createIdea(app, await createPerson(app), 'Theirs');
	await sql(
		app,
		`INSERT INTO idea_members (idea_id, user_id, role, position) VALUES ($1, $2, 'editor', 'a')`,
		[theirs, ada.id]
	);
	await sql(
		app,
		`INSERT INTO features (id, idea_id, client_key, title, position, deleted_at, undo_expires_at)
		VALUES (gen_random_uuid(), $1, gen_random_uuid(), 'Wings', 'a0', now(), now() + interval '7 days')`,
		[theirs]
	);
	await open(page, '/trash');
	const row = page.locator('[data-row]').filter({ hasText: 'Wings' });
	await expect(row.getByText('Delete for good')).toHaveCount(0);
	await page.getByRole('checkbox', { name: 'Select Wings' }).check();
	await expect(page.getByText('1 selected')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Delete selected for good' })).toHaveCount(0);

	await page.getByRole('button', { name: 'Restore selected' }).click();
	await expect(page.getByText('The Trash is empty.')).toBeVisible();
});
