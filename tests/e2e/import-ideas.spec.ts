import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { findings, overflows } from '../support/axe';
import {
	createIdea,
	createPerson,
	expect,
	open,
	signIn,
	sql,
	test,
	type Person
} from '../support/e2e';
import { holdPerson } from '../support/held-rows';
import type { App } from '../support/app-server';

const main = (page: Page) => page.locator('#main');
const fileField = (page: Page) => main(page).locator('input[type="file"]');
const importButton = (page: Page) =>
	main(page).getByRole('button', { name: 'Import', exact: true });

const titles = (app: App, { id }: Person) =>
	sql<{ title: string }>(
		app,
		`SELECT title FROM ideas JOIN idea_members ON idea_id = id
		 WHERE owner_id = $1 AND deleted_at IS NULL ORDER BY position COLLATE "C"`,
		[id]
	).then((rows) => rows.map(({ title }) => title));

/** Adds a feature to an idea. */
const createFeature = (app: App, ideaId: string, title: string) =>
	sql(
		app,
		`INSERT INTO features (id, idea_id, client_key, title, position)
		 VALUES (gen_random_uuid(), $1, gen_random_uuid(), $2, 'a0')`,
		[ideaId, title]
	);

/** What stands there is drawn without a fault. */
async function drawn(page: Page, step: string): Promise<void> {
	expect(await findings(page), step).toEqual([]);
	expect(await overflows(page), step).toBe(false);
}

const choose = (page: Page, name: string, text: string) =>
	fileField(page).setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

/** Drops a file somewhere on the page, as from a folder of the system. */
const drop = (page: Page, name: string, text: string) =>
	page.evaluate(
		([name, text]) => {
			const dataTransfer = new DataTransfer();
			dataTransfer.items.add(new File([text], name));
			for (const type of ['dragover', 'drop']) {
				const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
				document.querySelector('h1')?.dispatchEvent(event);
			}
		},
		[name, text] as const
	);

test('ideas leave as a file, come into another account as they are, and that is taken back', async ({
	app,
	ada,
	page,
	browser
}) => {
	const kite = await createIdea(app, ada, { title: 'Kite', star: 'super' });
	await createFeature(app, kite, 'String');
	await createIdea(app, ada, 'Boat');
	await open(page, '/ideas/export');
	await drawn(page, 'export');
	const download = page.waitForEvent('download');
	await main(page).getByRole('button', { name: 'Export', exact: true }).click();
	const file = await readFile(await (await download).path(), 'utf8');

	const context = await browser.newContext({ baseURL: app.origin });
	try {
		const bob = await createPerson(app);
		await signIn(app, context, bob);
		const his = await context.newPage();
		await open(his, '/ideas/import');
		await drawn(his, 'choose');
		await choose(his, 'ideas.json', file);

		await expect(main(his).locator('summary')).toHaveText('New 2 ideas, 1 feature');
		await drawn(his, 'preview');
		expect(await titles(app, bob), 'nothing is written before').toEqual([]);
		await his.reload();
		await importButton(his).click();
		await expect(main(his).getByText('The file is imported: added 3, changed 0.')).toBeVisible();
		await drawn(his, 'done');
		expect((await titles(app, bob)).length).toBe(2);
		expect(await titles(app, bob), 'in the same order').toEqual(await titles(app, ada));
		await main(his).getByRole('link', { name: 'Show ideas' }).click();
		await expect(his.getByRole('link', { name: 'Kite', exact: true })).toBeVisible();

		await his.goBack();
		await expect(main(his).getByText('Imported last: “ideas.json”')).toBeVisible();
		await drawn(his, 'before');
		await main(his).getByRole('button', { name: 'Undo this import' }).click();
		await expect(his.getByText('The import is taken back.').first()).toBeVisible();
		await expect(main(his).getByText('Imported last')).toBeHidden();
		expect(await titles(app, bob)).toEqual([]);
	} finally {
		await context.close();
	}
});

test('what is in conflict is decided one by one or all at once', async ({ app, ada, page }) => {
	for (const title of ['Kite', 'Boat', 'Clock']) await createIdea(app, ada, title);
	const table = 'Title,Notes,Due\nKite,Light\nBoat,Long\nClock,Loud\nBell,\n';
	await open(page, '/ideas/import');
	await drop(page, 'board.csv', table);

	await expect(main(page).locator('summary')).toHaveText(['To decide 3 ideas', 'New 1 idea']);
	await expect(main(page).getByText('This column is left out: “Due”.')).toBeVisible();
	await drawn(page, 'conflicts');
	await main(page)
		.getByRole('radiogroup', { name: 'What becomes of all' })
		.getByText('Update')
		.click();
	await main(page)
		.getByRole('radiogroup', { name: 'What becomes of Boat' })
		.getByText('Skip')
		.click();
	await main(page)
		.getByRole('radiogroup', { name: 'What becomes of Clock' })
		.getByText('Create new')
		.click();
	await importButton(page).click();

	await expect(main(page).getByText('The file is imported: added 2, changed 1.')).toBeVisible();
	expect(
		await sql(app, 'SELECT title, notes FROM ideas WHERE owner_id = $1 ORDER BY title, notes', [
			ada.id
		])
	).toEqual([
		{ title: 'Bell', notes: '' },
		{ title: 'Boat', notes: '' },
		{ title: 'Clock', notes: '' },
		{ title: 'Clock', notes: 'Loud' },
		{ title: 'Kite', notes: 'Light' }
	]);
	await main(page).getByRole('button', { name: 'Undo', exact: true }).click();
	await expect(page.getByText('The import is taken back.').first()).toBeVisible();
	expect((await titles(app, ada)).sort()).toEqual(['Boat', 'Clock', 'Kite']);
});

test('a file that is wrong says where and why, changes nothing, and another can be chosen', async ({
	app,
	ada,
	page
}) => {
	await open(page, '/ideas/import');
	const wrong = { ideas: [{ idea: { title: 'Kite' }, features: [{ title: 7 }] }] };
	await choose(page, 'ideas.json', JSON.stringify(wrong));

	await expect(main(page).getByText('“ideas.json” cannot be imported.')).toBeVisible();
	await expect(main(page).getByText('ideas[0].features[0].title')).toBeVisible();
	await drawn(page, 'refused');
	await page.reload();
	await main(page).getByRole('button', { name: 'Choose another file' }).click();
	await choose(page, 'board.csv', `Title,Notes\nKite,${'x'.repeat(10_001)}\n`);
	await expect(main(page).getByText('line 2, notes')).toBeVisible();
	await expect(main(page).getByText('At most 10,000 characters.')).toBeVisible();
	expect(await titles(app, ada)).toEqual([]);

	await main(page).getByRole('button', { name: 'Choose another file' }).click();
	await choose(page, 'picture.png', 'x');
	await expect(main(page).getByText('Choose a file that ends in')).toBeVisible();
	await choose(page, 'plan.md', '- Kite\n  - [x] String\n');
	await expect(importButton(page)).toBeVisible();
	await main(page).getByRole('button', { name: 'Choose another file' }).click();
	await expect(fileField(page)).toBeVisible();
	expect(await sql(app, 'SELECT id FROM imports WHERE user_id = $1', [ada.id])).toEqual([]);
	expect(await titles(app, ada)).toEqual([]);
});

test.describe('while it is under way', () => {
	// Asking again for what is under way is a conflict that waits, and what was stopped is gone when it is asked for.
	test.use({ expectedErrors: [/404|409|499/] });

	test('one may leave and come back, and nothing else is begun beside it', async ({
		app,
		ada,
		page,
		context
	}) => {
		const other = await context.newPage();
		await open(other, '/ideas/import');
		await open(page, '/ideas/import');
		await choose(page, 'plan.md', '# Kite\n\n# Boat\n');
		await expect(importButton(page)).toBeVisible();
		const held = await holdPerson(app, ada.id);
		try {
			await importButton(page).click();
			await held.waiting();
			await drawn(page, 'importing');

			await page.getByRole('link', { name: 'Ideas', exact: true }).first().click();
			await expect(page).toHaveURL(/\/ideas$/);
			await page.goBack();
			await expect(main(page).getByRole('progressbar', { name: 'Importing' })).toBeVisible();
			await choose(other, 'other.md', '# Clock\n');
			await expect(main(other).getByText('Another import of yours is under way.')).toBeVisible();
			await open(other, '/ideas/import');
			await expect(main(other).getByRole('progressbar', { name: 'Importing' })).toBeVisible();
		} finally {
			await held.release();
		}

		for (const one of [page, other]) {
			await expect(main(one).getByText('The file is imported: added 2, changed 0.')).toBeVisible();
		}
		expect(await titles(app, ada)).toEqual(['Kite', 'Boat']);
		await main(other).getByRole('button', { name: 'Undo', exact: true }).click();
		await expect(other.getByText('The import is taken back.').first()).toBeVisible();
		expect(await titles(app, ada)).toEqual([]);
	});

	test('it can be stopped, and leaves nothing', async ({ app, ada, page }) => {
		await open(page, '/ideas/import');
		await choose(page, 'plan.md', '# Kite\n\n# Boat\n');
		await expect(importButton(page)).toBeVisible();
		const held = await holdPerson(app, ada.id);
		try {
			await importButton(page).click();
			await held.waiting();
			const cancelled = page.waitForResponse('**/api/trpc/imports.cancel*');
			await main(page).getByRole('button', { name: 'Cancel', exact: true }).click();
			await cancelled;
		} finally {
			await held.release();
		}

		await expect(page.getByText('Nothing of it is in your account.').first()).toBeVisible();
		await expect(fileField(page)).toBeVisible();
		expect(await titles(app, ada)).toEqual([]);
		expect(await sql(app, 'SELECT id FROM imports WHERE user_id = $1', [ada.id])).toEqual([]);
	});
});

test('by keyboard alone, and the focus is always where one goes on', async ({ app, ada, page }) => {
	await createIdea(app, ada, 'Kite');
	const press = async (...keys: string[]) => {
		for (const key of keys) await page.keyboard.press(key);
	};
	// Waited for from the beginning: the browser has to be told before that a chooser is caught.
	const chooser = page.waitForEvent('filechooser');
	await open(page, '/ideas/import');
	await fileField(page).focus();
	await expect(fileField(page)).toBeFocused();
	await press('Enter');
	await (
		await chooser
	).setFiles({ name: 'plan.md', mimeType: '', buffer: Buffer.from('# Kite\n\nLight.\n') });

	const one = main(page).getByRole('radiogroup', { name: 'What becomes of Kite' });
	await expect(one).toBeVisible();
	for (let presses = 0; presses < 5; presses++) {
		await press('Tab');
		if (
			await one
				.getByRole('radio')
				.nth(2)
				.evaluate((at) => at === document.activeElement)
		)
			break;
	}
	await expect(one.getByRole('radio', { name: 'Skip' })).toBeFocused();
	await press('ArrowUp', 'ArrowUp');
	await expect(one.getByRole('radio', { name: 'Update' })).toBeChecked();
	await press('Tab');
	await expect(importButton(page)).toBeFocused();
	await press('Enter');
	await expect(main(page).getByText('The file is imported: added 0, changed 1.')).toBeVisible();
	await press('Tab');
	await expect(main(page).getByRole('link', { name: 'Show ideas' })).toBeFocused();
	await press('Tab');
	await expect(main(page).getByRole('button', { name: 'Undo', exact: true })).toBeFocused();
	await press('Enter');

	await expect(fileField(page)).toBeVisible();
	await expect(page.locator(':focus')).not.toHaveCount(0);
	expect(await sql(app, 'SELECT notes FROM ideas WHERE owner_id = $1', [ada.id])).toEqual([
		{ notes: '' }
	]);
});
