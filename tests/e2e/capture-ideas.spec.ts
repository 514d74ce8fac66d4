import { createIdea, expect, open, sql, test } from '../support/e2e';

const composer = 'input[name="title"]';

test('C, a line and Enter make an idea; the next can follow at once', async ({
	page,
	ada,
	app
}) => {
	await open(page, '/ideas');
	await page.keyboard.press('c');
	await expect(page.locator(composer)).toBeFocused();
	await page.keyboard.type('Analytical engine -- With cards. **');
	await page.keyboard.press('Enter');
	await expect(page.locator(composer)).toHaveValue('');
	await page.keyboard.type('Difference engine');
	await page.keyboard.press('Enter');

	await expect(page.getByRole('link', { name: 'Difference engine' })).toBeVisible();
	await expect
		.poll(() =>
			sql(
				app,
				`SELECT title, notes, star FROM ideas JOIN idea_members ON idea_id = id
				 WHERE owner_id = $1 ORDER BY ideas.created_at`,
				[ada.id]
			)
		)
		.toEqual([
			{ title: 'Analytical engine', notes: 'With cards.', star: 'super' },
			{ title: 'Difference engine', notes: '', star: 'none' }
		]);
	await page.reload({ waitUntil: 'networkidle' });
	await expect(page.locator('[data-row]')).toHaveCount(2);
});

test('a half-typed line survives Escape and a reload', async ({ page, ada }) => {
	void ada;
	await open(page, '/ideas');
	await page.keyboard.press('c');
	await page.keyboard.type('Half a thought');
	await page.keyboard.press('Escape');
	await page.reload({ waitUntil: 'networkidle' });
	await page.keyboard.press('c');

	await expect(page.locator(composer)).toHaveValue('Half a thought');
});

test('an impatient double Enter makes one idea', async ({ page, ada, app }) => {
	await open(page, '/ideas');
	await page.keyboard.press('c');
	await page.keyboard.type('Only once');
	await Promise.all([page.keyboard.press('Enter'), page.keyboard.press('Enter')]);
	await expect(page.getByRole('link', { name: 'Only once' })).toBeVisible();

	const rows = await sql(app, 'SELECT 1 FROM ideas WHERE owner_id = $1', [ada.id]);
	expect(rows).toHaveLength(1);
});

test('the star cycles and the section follows', async ({ page, ada, app }) => {
	await createIdea(app, ada, 'Bright');
	await open(page, '/ideas');

	for (const name of ['Star: Bright', 'Super-star: Bright', 'Unstar: Bright']) {
		await page.getByRole('button', { name, exact: true }).click();
	}

	await expect(page.getByRole('button', { name: 'Star: Bright', exact: true })).toBeVisible();
});

test('a fourth super-star says why not', async ({ page, ada, app }) => {
	for (const title of ['One', 'Two', 'Three']) await createIdea(app, ada, { title, star: 'super' });
	await createIdea(app, ada, { title: 'Four', star: 'star' });
	await open(page, '/ideas');

	await page.getByRole('button', { name: 'Super-star: Four', exact: true }).click();

	await expect(page.getByText(/already have 3 super-stars/)).toBeVisible();
	await expect(page.getByRole('button', { name: 'Star: Four', exact: true })).toBeVisible();
});

test('deleting asks nothing, and Undo brings the idea back', async ({ page, ada, app }) => {
	await createIdea(app, ada, 'Precious');
	await open(page, '/ideas');
	const row = page.getByRole('link', { name: 'Precious' });

	await row.hover();
	await page.getByRole('button', { name: 'Move to Trash: Precious' }).click();
	await expect(row).toHaveCount(0);
	await page.getByRole('button', { name: 'Undo' }).click();

	await expect(row).toBeVisible();
	await expect(page.getByText(/is back/)).toBeVisible();
	await page.reload({ waitUntil: 'networkidle' });
	await expect(row).toBeVisible();
});

test('Ctrl+Z undoes by keyboard alone, also after a reload', async ({ page, ada, app }) => {
	await createIdea(app, ada, 'Precious');
	await open(page, '/ideas');

	await page.keyboard.press('j');
	await page.keyboard.press('#');
	await expect(page.getByRole('link', { name: 'Precious' })).toHaveCount(0);
	await expect
		.poll(() => sql(app, 'SELECT 1 FROM undo_actions WHERE user_id = $1', [ada.id]))
		.toHaveLength(1);
	await page.reload({ waitUntil: 'networkidle' });
	await page.keyboard.press('Control+z');

	await expect(page.getByRole('link', { name: 'Precious' })).toBeVisible();
});

test('the Trash restores, and deletes for good when the title is typed', async ({
	page,
	ada,
	app
}) => {
	for (const title of ['Keep', 'Burn']) {
		const id = await createIdea(app, ada, title);
		await sql(
			app,
			`UPDATE ideas SET deleted_at = now(), undo_expires_at = now() + interval '7 days' WHERE id = $1`,
			[id]
		);
	}
	await open(page, '/trash');

	await page.getByRole('button', { name: /^Restore.*Keep/ }).click();
	await expect(page.getByRole('button', { name: /^Restore.*Keep/ })).toHaveCount(0);
	await page.locator('summary', { hasText: /for good/i }).click();
	await page.getByLabel(/title/i).fill('Burn');
	await page.getByRole('button', { name: /delete.*for good/i }).click();

	await expect
		.poll(() => sql(app, 'SELECT title, deleted_at FROM ideas WHERE owner_id = $1', [ada.id]))
		.toEqual([{ title: 'Keep', deleted_at: null }]);
});

test('a text with HTML in it stays text', async ({ page, ada, app }) => {
	await createIdea(app, ada, '<img src=x onerror=alert(1)>');

	await open(page, '/ideas');

	await expect(page.getByText('<img src=x onerror=alert(1)>')).toBeVisible();
});

test.describe('a new idea that is refused', () => {
	test.use({ expectedErrors: [/400/] });

	test('waits for Edit while another one is being written, and then comes back whole', async ({
		page,
		ada
	}) => {
		void ada;
		const long = `${'x'.repeat(256)} -- With a tail. *`;
		await open(page, '/ideas');
		let letIn = () => {};
		const written = new Promise<void>((resolve) => (letIn = resolve));
		await page.route('**/api/trpc/ideas.create**', (route) => written.then(() => route.continue()));
		await page.locator(composer).fill(long);
		await page.keyboard.press('Enter');
		await page.keyboard.type('Half a thought');
		letIn();
		const edit = page.locator('#main').getByRole('button', { name: 'Edit', exact: true });
		await edit.click();

		await expect(page.getByText('Save what you are writing first.')).toBeVisible();
		await expect(page.locator(composer)).toBeFocused();
		await expect(page.locator(composer)).toHaveValue('Half a thought');
		await page.locator(composer).fill('');
		await edit.click();
		await expect(page.locator(composer)).toHaveValue(long);
		await expect(edit).toHaveCount(0);
	});
});
