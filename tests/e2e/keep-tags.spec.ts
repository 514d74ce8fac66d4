import type { Page } from '@playwright/test';
import { findings, overflows } from '../support/axe';
import { createIdea, expect, open, signIn, sql, test, type Person } from '../support/e2e';
import type { App } from '../support/app-server';

const tagsOf = (app: App, person: Person) =>
	sql<{ title: string; tags: string[] }>(
		app,
		`SELECT title, tags FROM ideas JOIN idea_members ON idea_id = id
		 WHERE user_id = $1 ORDER BY title`,
		[person.id]
	).then((rows) => Object.fromEntries(rows.map(({ title, tags }) => [title, tags.join(' ')])));

async function tag(app: App, ideaId: string, ...tags: string[]): Promise<void> {
	await sql(app, 'UPDATE idea_members SET tags = $1 WHERE idea_id = $2', [tags, ideaId]);
}

const undo = async (page: Page) => {
	await page.locator('#main').focus();
	await page.keyboard.press('Control+z');
};

test('several ideas get and lose tags together, and it can be undone', async ({
	page,
	ada,
	app
}) => {
	await tag(app, await createIdea(app, ada, 'A kite'), 'paper', 'toys');
	await tag(app, await createIdea(app, ada, 'B boat'), 'toys');
	await open(page, '/ideas');
	await page.keyboard.press('j');
	await page.keyboard.press('Control+a');
	await page.getByRole('button', { name: 'Tags…' }).click();

	const dialog = page.getByRole('dialog', { name: 'Tags of 2 ideas' });
	await expect(dialog.getByRole('checkbox', { name: 'toys' })).toBeChecked();
	await expect(dialog.getByRole('checkbox', { name: 'paper' })).toBeChecked({
		indeterminate: true
	});
	expect(await findings(page)).toEqual([]);
	await dialog.getByRole('checkbox', { name: 'toys' }).uncheck();
	await dialog.getByRole('checkbox', { name: 'paper' }).check();
	await dialog.getByLabel('Find or add a tag').fill('no such!');
	await dialog.getByLabel('Find or add a tag').press('Enter');
	await expect(dialog.getByText(/letters, digits/)).toBeVisible();
	await dialog.getByLabel('Find or add a tag').fill('#Summer');
	await dialog.getByRole('button', { name: 'Save' }).click();

	await expect(page.getByRole('link', { name: 'Tag summer' })).toHaveCount(2);
	await expect
		.poll(() => tagsOf(app, ada))
		.toEqual({ 'A kite': 'paper summer', 'B boat': 'paper summer' });
	await undo(page);
	await expect(page.getByRole('link', { name: 'Tag toys' })).toHaveCount(2);
	await expect.poll(() => tagsOf(app, ada)).toEqual({ 'A kite': 'paper toys', 'B boat': 'toys' });
});

test('a tag is renamed, two become one, one is deleted, and all of it is undone', async ({
	page,
	ada,
	app
}) => {
	await tag(app, await createIdea(app, ada, 'A kite'), 'paper', 'toys');
	await tag(app, await createIdea(app, ada, 'B boat'), 'wood');
	const before = await tagsOf(app, ada);
	const line = (name: string) => page.getByRole('link', { name: `#${name}`, exact: true });
	await page.setViewportSize({ width: 360, height: 780 });
	await open(page, '/ideas');
	await page.locator('[data-view-menu="filter"] summary').click();
	await expect(page.getByRole('link', { name: 'All tags…' })).toBeInViewport({ ratio: 1 });
	await page.getByRole('link', { name: 'All tags…' }).click();
	await expect(page.getByRole('heading', { name: 'Tags' })).toBeVisible();
	expect(await findings(page)).toEqual([]);
	expect(await overflows(page)).toBe(false);

	await line('wood').focus();
	await page.keyboard.press('e');
	await expect(page.getByLabel('Another name for wood')).toBeFocused();
	await page.keyboard.type('paper');
	await expect(page.getByText('#paper is there already: the two become one.')).toBeVisible();
	await page.keyboard.press('Enter');
	await expect(line('paper')).toBeFocused();
	await expect(line('wood')).toHaveCount(0);
	await expect.poll(() => tagsOf(app, ada)).toEqual({ 'A kite': 'paper toys', 'B boat': 'paper' });
	await page.keyboard.press('#');
	await expect(line('toys')).toBeFocused();
	await expect.poll(() => tagsOf(app, ada)).toEqual({ 'A kite': 'toys', 'B boat': '' });

	await page.keyboard.press('Control+z');
	await page.keyboard.press('Control+z');

	await expect.poll(() => tagsOf(app, ada)).toEqual(before);
	await expect(line('wood')).toBeVisible();
});

test('tags are renamed, deleted and brought back without a script', async ({
	app,
	browser,
	ada
}) => {
	await tag(app, await createIdea(app, ada, 'A kite'), 'paper', 'toys');
	const context = await browser.newContext({ javaScriptEnabled: false, baseURL: app.origin });
	await signIn(app, context, ada);
	const page = await context.newPage();
	await page.goto('/ideas/tags');
	const form = page.locator('[data-row="toys"]');

	await form.locator('summary').click();
	await form.getByLabel('Another name for toys').fill('two words');
	await form.getByRole('button', { name: 'Rename' }).click();
	await expect(form.getByText(/letters, digits/)).toBeVisible();
	await form.getByLabel('Another name for toys').fill('games');
	await form.getByRole('button', { name: 'Rename' }).click();
	expect(await tagsOf(app, ada)).toEqual({ 'A kite': 'games paper' });
	await page.getByRole('button', { name: 'Delete the tag games' }).click();
	expect(await tagsOf(app, ada)).toEqual({ 'A kite': 'paper' });
	await page.getByRole('button', { name: 'Undo' }).click();

	expect(await tagsOf(app, ada)).toEqual({ 'A kite': 'games paper' });
	await context.close();
});

test('what is selected is exported', async ({ page, ada, app }) => {
	await createIdea(app, ada, 'A kite');
	await createIdea(app, ada, 'B boat');
	await open(page, '/ideas');
	await page.keyboard.press('j');
	await page.keyboard.press('x');

	await page.getByRole('button', { name: 'Export…' }).click();

	await expect(page.getByText('1 idea as a file, with all features.')).toBeVisible();
});
