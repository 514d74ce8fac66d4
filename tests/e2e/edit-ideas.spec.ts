import { createIdea, createPerson, expect, open, sql, test } from '../support/e2e';

test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|404|409/] });

test('editing saves by itself', async ({ page, ada, app }) => {
	const id = await createIdea(app, ada, 'Engine');
	await open(page, `/ideas/${id}`);

	await page.getByLabel('Title').fill('Analytical engine');
	await page.getByLabel('Notes', { exact: true }).fill('With punched cards.');

	await expect(page.getByText('Saved', { exact: false }).first()).toBeVisible();
	await expect
		.poll(() => sql(app, 'SELECT title, notes FROM ideas WHERE id = $1', [id]))
		.toEqual([{ title: 'Analytical engine', notes: 'With punched cards.' }]);
});

test('the second of two tabs sees both texts and chooses', async ({ page, ada, app, context }) => {
	const id = await createIdea(app, ada, 'Engine');
	await open(page, `/ideas/${id}`);
	const other = await context.newPage();
	await open(other, `/ideas/${id}`);

	await page.getByLabel('Notes', { exact: true }).fill('What the first tab says.');
	await expect
		.poll(() => sql(app, 'SELECT version FROM ideas WHERE id = $1', [id]))
		.toEqual([{ version: 2 }]);
	await other.getByLabel('Notes', { exact: true }).fill('What the second tab says.');

	await expect(other.getByText('What the first tab says.').first()).toBeVisible();
	await expect(other.getByText('changed somewhere else', { exact: false }).first()).toBeVisible();
	await other.getByRole('button', { name: 'Keep mine' }).click();
	await expect
		.poll(() => sql(app, 'SELECT notes FROM ideas WHERE id = $1', [id]))
		.toEqual([{ notes: 'What the second tab says.' }]);
	await other.close();
});

test.describe('what is not there', () => {
	test.use({ expectedErrors: [/404/] });

	for (const [what, path] of [
		['an unknown id', '/ideas/01890000-0000-7000-8000-000000000000'],
		['a malformed id', '/ideas/not-an-id'],
		['an unknown page', '/nowhere']
	] as const) {
		test(`${what} is a page that says so`, async ({ page, ada }) => {
			void ada;
			const response = await page.goto(path);

			expect(response?.status()).toBe(404);
			await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
			await expect(page.getByRole('link', { name: /ideas/i }).first()).toBeVisible();
		});
	}

	test("someone else's idea looks just the same", async ({ page, ada, app }) => {
		void ada;
		const id = await createIdea(app, await createPerson(app), 'Private');

		const response = await page.goto(`/ideas/${id}`);

		expect(response?.status()).toBe(404);
		await expect(page.getByText('Private')).toHaveCount(0);
	});
});

test('an edit made offline is sent when the connection is back', async ({
	page,
	ada,
	app,
	context
}) => {
	const id = await createIdea(app, ada, 'Engine');
	await open(page, `/ideas/${id}`);
	await context.setOffline(true);
	await page.getByLabel('Notes', { exact: true }).fill('Written in a tunnel.');
	await expect(page.getByText(/offline/i).first()).toBeVisible();

	await context.setOffline(false);

	await expect
		.poll(() => sql(app, 'SELECT notes FROM ideas WHERE id = $1', [id]), { timeout: 20_000 })
		.toEqual([{ notes: 'Written in a tunnel.' }]);
});

test('a removed section comes back also when its feature is folded, and is not offered on another page', async ({
	page,
	ada,
	app
}) => {
	await open(page, `/ideas/${await createIdea(app, ada, 'Engine')}`);
	const line = page.getByLabel('Add a feature', { exact: true });
	await line.fill('Mill https://mill.example');
	await line.press('Enter');
	const mill = page.locator('#features').getByRole('link', { name: /^(Fold )?Mill/ });
	const notes = page.getByLabel('Notes of the feature', { exact: true });
	const left = (number: number) =>
		expect
			.poll(() =>
				sql(
					app,
					`SELECT jsonb_array_length(sections) AS n FROM features
					 JOIN ideas ON ideas.id = idea_id WHERE owner_id = $1`,
					[ada.id]
				)
			)
			.toEqual([{ n: number }]);
	const remove = async () => {
		await mill.click();
		await page.locator('[data-section-menu] button').first().click();
		await page.getByRole('menuitem', { name: 'Remove', exact: true }).click();
		await left(0);
	};
	const said = page.getByText('Removed “Link”.');

	await remove();
	await mill.click();
	await expect(notes).toHaveCount(0);
	await page.getByRole('button', { name: 'Undo' }).click();
	await left(1);
	await expect(said).toHaveCount(0);

	await remove();
	await expect(said).toBeVisible();
	await page.getByRole('link', { name: 'Trash' }).click();
	await expect(page).toHaveURL('/trash');
	await expect(said).toHaveCount(0);
});

test('who sees an idea is taken back by Ctrl+Z, and the page shows it', async ({
	page,
	ada,
	app
}) => {
	const id = await createIdea(app, ada, 'Engine');
	await open(page, `/ideas/${id}`);
	const seen = (visibility: string) =>
		expect
			.poll(() => sql(app, 'SELECT visibility::text FROM ideas WHERE id = $1', [id]))
			.toEqual([{ visibility }]);
	await page.locator('[data-plan] input[value="public"]').check();
	await seen('public');
	await expect(page.locator('[data-save="saved"]').first()).toBeVisible();

	await page.locator('#main').focus();
	await page.keyboard.press('Control+z');

	await seen('private');
	await expect(page.locator('[data-plan] input[value="private"]')).toBeChecked();
});
