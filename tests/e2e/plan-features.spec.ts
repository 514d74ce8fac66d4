import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { findings, overflows } from '../support/axe';
import type { App } from '../support/app-server';
import { createIdea, expect, open, sql, test } from '../support/e2e';

/** A feature at the end of an idea's plan. */
async function createFeature(
	app: App,
	ideaId: string,
	given: { title: string; notes?: string; sections?: object[]; isDone?: boolean }
): Promise<string> {
	const id = randomUUID();
	await sql(
		app,
		`INSERT INTO features (id, idea_id, client_key, title, notes, sections, completed_at, position)
		 VALUES ($1, $2, $3, $4, $5, $6, $7,
		 	'a' || (1000000 + (SELECT count(*) FROM features)) || 'V')`,
		[
			id,
			ideaId,
			randomUUID(),
			given.title,
			given.notes ?? '',
			JSON.stringify(given.sections ?? []),
			given.isDone ? new Date() : null
		]
	);
	return id;
}

const section = (label: string, body: string) => ({ id: randomUUID(), label, body });

/** Opens a text that is shown to be read, and writes it anew. */
async function write(page: Page, label: string, text: string): Promise<void> {
	const opener = page.getByRole('button', { name: `Edit ${label}` });
	if (await opener.isVisible()) await opener.click();
	await page.getByLabel(label, { exact: true }).fill(text);
}

/** The live features of an idea in their order, as the database has them. */
const plan = (app: App, ideaId: string) =>
	sql(
		app,
		`SELECT title, star::text, completed_at IS NOT NULL AS done FROM features
		 WHERE idea_id = $1 AND deleted_at IS NULL ORDER BY position`,
		[ideaId]
	);

const undone = (title: string, star = 'none') => ({ title, star, done: false });

test('by keyboard alone: an idea, its features, their order, a section, done, Trash, and all of it undone', async ({
	page,
	ada,
	app
}) => {
	await open(page, '/ideas');
	await page.keyboard.press('c');
	await page.keyboard.type('Analytical engine');
	await page.keyboard.press('Enter');
	await page.keyboard.press('Escape');
	await expect(page.getByRole('link', { name: 'Analytical engine' })).toBeVisible();
	await page.keyboard.press('j');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: 'Features' })).toBeVisible();
	const [{ id } = { id: '' }] = await sql<{ id: string }>(
		app,
		'SELECT id FROM ideas WHERE owner_id = $1',
		[ada.id]
	);

	await page.keyboard.press('n');
	for (const line of ['Mill -- Where numbers are worked on', 'Store *', 'Cards']) {
		await page.keyboard.type(line);
		await page.keyboard.press('Enter');
	}
	await expect(page.getByLabel('Add a feature', { exact: true })).toHaveValue('');
	await expect
		.poll(() => plan(app, id))
		.toEqual([undone('Mill'), undone('Store', 'star'), undone('Cards')]);

	// Esc leaves the line; j goes to the first feature, Enter opens it.
	await page.keyboard.press('Escape');
	await page.keyboard.press('j');
	const mill = page.locator('[data-row]').filter({ hasText: 'Mill' });
	await expect(mill.locator('[data-open]')).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(page.getByLabel('Notes of the feature', { exact: true })).toHaveValue(
		'Where numbers are worked on'
	);
	await page.getByRole('button', { name: 'Add a section' }).focus();
	await page.keyboard.press('Enter');
	await page.keyboard.type('Parts');
	await page.keyboard.press('Enter');
	await page.keyboard.type('Wheels, and more wheels');
	await page.keyboard.press('Control+s');
	await expect
		.poll(() =>
			sql(
				app,
				`SELECT sections->0->>'label' AS label, sections->0->>'body' AS body FROM features
				 WHERE idea_id = $1 AND title = 'Mill'`,
				[id]
			)
		)
		.toEqual([{ label: 'Parts', body: 'Wheels, and more wheels' }]);
	// The first Esc leads from the text to its line, the second folds it.
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	await expect(page.getByLabel('Notes of the feature', { exact: true })).toHaveCount(0);
	await expect(mill.getByText('1 section', { exact: true })).toHaveCount(1);

	await page.keyboard.press('Alt+ArrowDown');
	await expect
		.poll(() => plan(app, id))
		.toEqual([undone('Store', 'star'), undone('Mill'), undone('Cards')]);
	await expect(page.getByText('Mill: 2 of 3.')).toBeAttached();
	await expect(mill.locator('[data-open]')).toBeFocused();
	await page.keyboard.press('Control+z');
	await expect
		.poll(() => plan(app, id))
		.toEqual([undone('Mill'), undone('Store', 'star'), undone('Cards')]);

	// Done: the star goes, the focus goes on to the next line, and it can be taken back.
	await page.keyboard.press('j');
	await page.keyboard.press('d');
	await expect(page.locator('#features-progress', { hasText: '1 of 3 done' })).toBeVisible();
	await expect
		.poll(() => plan(app, id))
		.toEqual([undone('Mill'), { title: 'Store', star: 'none', done: true }, undone('Cards')]);
	await page.keyboard.press('Control+z');
	await expect(page.locator('#features-progress', { hasText: '0 of 3 done' })).toBeVisible();
	await expect
		.poll(() => plan(app, id))
		.toEqual([undone('Mill'), undone('Store', 'star'), undone('Cards')]);

	// Two are selected, get a star, and go to the Trash together.
	await page.keyboard.press('Escape');
	for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
	await expect(page.getByText('2 features selected')).toBeVisible();
	await page.keyboard.press('s');
	await expect
		.poll(() => plan(app, id))
		.toEqual([undone('Mill', 'star'), undone('Store', 'star'), undone('Cards')]);
	await page.keyboard.press('Control+z');
	await expect
		.poll(() => plan(app, id))
		.toEqual([undone('Mill'), undone('Store', 'star'), undone('Cards')]);
	await page
		.getByRole('group', { name: 'With what is selected' })
		.getByRole('button', { name: 'Move to Trash' })
		.focus();
	await page.keyboard.press('Enter');
	await expect.poll(() => plan(app, id)).toEqual([undone('Cards')]);
	await page.keyboard.press('Control+z');
	await expect
		.poll(() => plan(app, id))
		.toEqual([undone('Mill'), undone('Store', 'star'), undone('Cards')]);
	await expect(page.locator('[data-row]')).toHaveCount(3);
});

test('a feature is dragged by its handle, with the mouse and with the keyboard', async ({
	page,
	ada,
	app
}) => {
	const idea = await createIdea(app, ada, 'Engine');
	for (const title of ['Mill', 'Store', 'Cards']) await createFeature(app, idea, { title });
	await open(page, `/ideas/${idea}`);
	const handle = (title: string) => page.getByRole('button', { name: `Move: ${title}` });
	const middle = async (title: string) => {
		const box = await handle(title).boundingBox();
		return { x: (box?.x ?? 0) + 12, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
	};

	const loaded = page.waitForResponse(/row-drag|\.js/);
	await page.getByRole('heading', { name: 'Features' }).hover();
	await loaded;
	const [from, to] = [await middle('Cards'), await middle('Mill')];
	await page.mouse.move(from.x, from.y);
	await page.mouse.down();
	await page.mouse.move(from.x, from.y - 10, { steps: 3 });
	await page.mouse.move(to.x, to.y - 8, { steps: 5 });
	await page.mouse.up();
	await expect
		.poll(() => plan(app, idea))
		.toEqual([undone('Cards'), undone('Mill'), undone('Store')]);

	await handle('Cards').focus();
	for (const key of ['Space', 'ArrowDown', 'ArrowDown', 'Space']) await page.keyboard.press(key);
	await expect
		.poll(() => plan(app, idea))
		.toEqual([undone('Mill'), undone('Store'), undone('Cards')]);
	await handle('Cards').focus();
	for (const key of ['Space', 'ArrowUp', 'Escape']) await page.keyboard.press(key);
	await expect(page.locator('[data-row]').last()).toContainText('Cards');
});

test.describe('focus', () => {
	test('shows one feature alone, survives a reload, and Back and Esc leave it', async ({
		page,
		ada,
		app
	}) => {
		const idea = await createIdea(app, ada, 'Engine');
		const mill = await createFeature(app, idea, { title: 'Mill', notes: 'Works on numbers.' });
		await createFeature(app, idea, { title: 'Store' });
		await open(page, `/ideas/${idea}`);

		await page.keyboard.press('j');
		await page.keyboard.press('f');
		await expect(page).toHaveURL(`/ideas/${idea}?focus=${mill}`);
		await expect(page.getByLabel('Notes of the feature', { exact: true })).toHaveValue(
			'Works on numbers.'
		);
		await expect(page.getByText('Store')).toHaveCount(0);
		await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
		await write(page, 'Notes of the feature', 'Works on columns of numbers.');
		await expect
			.poll(() => sql(app, 'SELECT notes FROM features WHERE id = $1', [mill]))
			.toEqual([{ notes: 'Works on columns of numbers.' }]);
		await expect(page.locator('[data-save="saved"]').first()).toBeVisible();
		await page.reload({ waitUntil: 'networkidle' });
		await expect(page.getByLabel('Notes of the feature', { exact: true })).toHaveValue(
			'Works on columns of numbers.'
		);
		await page.goBack();
		await expect(page.getByText('Store')).toBeVisible();

		await page.keyboard.press('f');
		await expect(page).toHaveURL(`/ideas/${idea}?focus=plan`);
		await expect(page.getByText('Store')).toHaveCount(0);
		await page.keyboard.press('Escape');
		await expect(page.getByText('Store')).toBeVisible();
		await expect(page).toHaveURL(`/ideas/${idea}`);
	});
});

test.describe('a new feature that is refused', () => {
	test.use({ expectedErrors: [/400/] });

	test('waits for Edit while another one is being written, and then comes back whole', async ({
		page,
		ada,
		app
	}) => {
		const long = `Mill -- ${'x'.repeat(10_001)}`;
		await open(page, `/ideas/${await createIdea(app, ada, 'Engine')}`);
		const line = page.getByLabel('Add a feature', { exact: true });
		await line.fill(long);
		await line.press('Enter');
		const edit = page.locator('#features').getByRole('button', { name: 'Edit', exact: true });
		await expect(edit).toBeVisible();
		await line.fill('Half a thought');
		await edit.click();

		await expect(page.getByText('Save what you are writing first.')).toBeVisible();
		await expect(line).toBeFocused();
		await expect(line).toHaveValue('Half a thought');
		await line.fill('');
		await edit.click();
		await expect(line).toHaveValue(long);
		await expect(edit).toHaveCount(0);
	});
});

test.describe('two tabs', () => {
	test.use({ expectedErrors: [/409/] });

	test('that write in one section see both texts, and keep both', async ({
		page,
		ada,
		app,
		context
	}) => {
		const idea = await createIdea(app, ada, 'Engine');
		const mill = await createFeature(app, idea, {
			title: 'Mill',
			sections: [section('Parts', 'Wheels'), section('Steps', 'Cut')]
		});
		const other = await context.newPage();
		for (const tab of [page, other]) await open(tab, `/ideas/${idea}?feature=${mill}`);
		const sections = () =>
			sql(app, `SELECT jsonb_path_query_array(sections, '$[*].body') AS said FROM features`);

		await write(page, 'Parts: text', 'Wheels and axles');
		await expect.poll(sections).toContainEqual({ said: ['Wheels and axles', 'Cut'] });
		await write(other, 'Steps: text', 'Cut and file');
		await expect.poll(sections).toContainEqual({ said: ['Wheels and axles', 'Cut and file'] });
		await write(page, 'Parts: text', 'Wheels of brass');
		await expect(page.getByText('Changed elsewhere, too')).toBeVisible();
		await expect.poll(sections).toContainEqual({ said: ['Wheels of brass', 'Cut and file'] });

		await write(other, 'Parts: text', 'Levers');
		await expect(other.getByText('This feature was changed somewhere else.')).toBeVisible();
		await expect(other.getByText('Wheels of brass').first()).toBeVisible();
		expect(await findings(other)).toEqual([]);
		await other.getByRole('button', { name: 'Keep both' }).click();
		await expect
			.poll(sections)
			.toContainEqual({ said: ['Levers\n\nWheels of brass', 'Cut and file'] });
		await other.close();
	});
});

test.describe('without a script', () => {
	test.use({ javaScriptEnabled: false });

	test('one adds, stars, completes, edits and deletes features, and undoes', async ({
		page,
		ada,
		app
	}) => {
		const id = await createIdea(app, ada, 'Engine');
		await page.goto(`/ideas/${id}`);
		for (const line of ['Mill -- Works on numbers', 'Store', 'Cards']) {
			await page.getByLabel('Add a feature', { exact: true }).fill(line);
			await page.locator('#add-feature').getByRole('button', { name: 'Add' }).click();
		}
		await page.getByRole('button', { name: 'Star: Store' }).click();
		await page.getByRole('checkbox', { name: 'Done: Cards' }).click();
		await expect(page.locator('#features-progress', { hasText: '1 of 3 done' })).toBeVisible();
		expect(await plan(app, id)).toEqual([
			undone('Mill'),
			undone('Store', 'star'),
			{ title: 'Cards', star: 'none', done: true }
		]);

		await page.getByRole('link', { name: 'Mill' }).click();
		await page.getByLabel('Title of the feature').fill('The mill');
		await page.getByLabel('Name of a new section').fill('Parts');
		await write(page, 'New section', 'Wheels');
		await page.getByRole('button', { name: 'Save feature' }).click();
		await expect(page.getByLabel('Parts: text', { exact: true })).toHaveValue('Wheels');
		await page.getByRole('checkbox', { name: 'Remove' }).check();
		await page.getByRole('button', { name: 'Save feature' }).click();
		await expect(page.getByLabel('Parts: text', { exact: true })).toHaveCount(0);
		await page
			.locator('[data-row]')
			.filter({ has: page.getByLabel('Title of the feature') })
			.getByRole('button', { name: 'Move to Trash' })
			.click();
		await expect(page.getByText('Moved “The mill” to the Trash.')).toBeVisible();
		expect(await plan(app, id)).toHaveLength(2);
		await page.getByRole('button', { name: 'Undo' }).click();
		await expect(page.getByRole('link', { name: 'The mill' })).toBeVisible();
		await page.locator('summary', { hasText: 'Done' }).click();
		await page.getByRole('checkbox', { name: 'Done: Cards' }).click();

		expect(await plan(app, id)).toEqual([
			undone('The mill'),
			undone('Store', 'star'),
			undone('Cards')
		]);
	});
});

for (const colorScheme of ['light', 'dark'] as const) {
	const drawn = async (
		{ page, app }: { page: Page; app: App },
		{ ada, widths }: { ada: { id: string; email: string }; widths: number[] }
	) => {
		await page.emulateMedia({ colorScheme });
		const empty = await createIdea(app, ada, 'Empty');
		const idea = await createIdea(app, ada, { title: 'Engine', star: 'super' });
		const long =
			'A title that is long enough to need more than one line of a narrow window, at least';
		const opened = await createFeature(app, idea, {
			title: long,
			notes: 'Said in the first line',
			sections: [section('Parts', 'Wheels'), section('Steps', '')]
		});
		await createFeature(app, idea, { title: 'Store', notes: long });
		await createFeature(app, idea, { title: 'Cards', isDone: true });
		const paths = ['', `?feature=${opened}`, `?focus=${opened}`, '?focus=plan'];

		for (const width of widths) {
			await page.setViewportSize({ width, height: 900 });
			for (const path of [`/ideas/${empty}`, ...paths.map((query) => `/ideas/${idea}${query}`)]) {
				await open(page, path);
				expect(await findings(page), `${path} at ${width}`).toEqual([]);
				expect(await overflows(page), `${path} at ${width} is too wide`).toBe(false);
			}
		}
	};

	test(`axe finds nothing on an idea with features, ${colorScheme}`, async ({ page, ada, app }) => {
		await drawn({ page, app }, { ada, widths: [1440] });
	});

	test(`axe finds nothing on an idea with features at every width, ${colorScheme} @nightly`, async ({
		page,
		ada,
		app
	}) => {
		test.setTimeout(120_000);
		await drawn({ page, app }, { ada, widths: [360, 768, 1440] });
	});
}
