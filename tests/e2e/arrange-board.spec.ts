import type { Page } from '@playwright/test';
import type { App } from '../support/app-server';
import { createIdea, expect, open, sql, test, type Person } from '../support/e2e';

/** The titles of a section, as they are shown. */
const shown = (page: Page, section = 'none') =>
	page.locator(`[data-section="${section}"] a[data-open]`);

/** Ideas that stand in this order. */
async function arrange(app: App, ada: Person, titles: string[]): Promise<void> {
	for (const [place, title] of titles.entries()) {
		const id = await createIdea(app, ada, title);
		await sql(app, 'UPDATE idea_members SET position = $2 WHERE idea_id = $1', [id, `a${place}`]);
	}
}

/** The titles in the person's order, as the server has them. */
async function kept(app: App, ada: Person): Promise<string[]> {
	const rows = await sql<{ title: string }>(
		app,
		`SELECT i.title FROM idea_members m JOIN ideas i ON i.id = m.idea_id
		 WHERE m.user_id = $1 AND i.deleted_at IS NULL ORDER BY m.position, i.id`,
		[ada.id]
	);
	return rows.map(({ title }) => title);
}

const row = (page: Page, title: string) =>
	page.locator('[data-row]').filter({ has: page.getByRole('link', { name: title, exact: true }) });
const handle = (page: Page, title: string) => row(page, title).locator('[data-handle]');
const said = (page: Page) => page.locator('#main p.sr-only[role="status"]');

/** Takes a line by its handle and holds it over the upper edge of another one. */
async function dragAbove(page: Page, from: string, to: string): Promise<void> {
	await row(page, from).hover();
	const start = await handle(page, from).boundingBox();
	const end = await row(page, to).boundingBox();
	if (!start || !end) throw new Error('There is nothing to drag.');
	await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
	await page.mouse.down();
	await page.mouse.move(start.x + 8, start.y + start.height / 2 + 12, { steps: 3 });
	await page.mouse.move(start.x + 8, end.y + 4, { steps: 8 });
}

test('the order of the board is arranged by mouse, keys and menu, and taken back step by step', async ({
	page,
	app,
	ada
}) => {
	const start = ['Anvil', 'Bridge', 'Comet', 'Drum', 'Engine'];
	await arrange(app, ada, start);
	await open(page, '/ideas');
	await expect(shown(page)).toHaveText(start);

	// With the mouse; Esc puts it back.
	await dragAbove(page, 'Drum', 'Anvil');
	await expect(row(page, 'Anvil')).toHaveAttribute('data-drop', 'before');
	await page.keyboard.press('Escape');
	await page.mouse.up();
	await expect(shown(page)).toHaveText(start);
	await dragAbove(page, 'Drum', 'Anvil');
	await page.mouse.up();
	await expect(shown(page)).toHaveText(['Drum', 'Anvil', 'Bridge', 'Comet', 'Engine']);
	await expect(said(page)).toHaveText('Drum, 1 of 5');
	await expect(handle(page, 'Drum')).toBeFocused();

	// With Alt and arrows: the focus stays with the line.
	await row(page, 'Drum').locator('a[data-open]').focus();
	await page.keyboard.press('Alt+ArrowDown');
	await expect(said(page)).toHaveText('Drum, 2 of 5');
	await expect(row(page, 'Drum').locator('a[data-open]')).toBeFocused();
	// Steps that come before the server has answered are one, and are taken back as one.
	await expect.poll(() => kept(app, ada)).toEqual(['Anvil', 'Drum', 'Bridge', 'Comet', 'Engine']);
	await page.keyboard.press('Alt+ArrowDown');
	await expect(shown(page)).toHaveText(['Anvil', 'Bridge', 'Drum', 'Comet', 'Engine']);

	// Taken up with Space on the handle, moved with arrows, put down with Space.
	await handle(page, 'Comet').focus();
	await page.keyboard.press(' ');
	await page.keyboard.press('ArrowUp');
	await expect(said(page)).toHaveText('Comet, 3 of 5');
	await page.keyboard.press('ArrowUp');
	await expect(said(page)).toHaveText('Comet, 2 of 5');
	await expect(handle(page, 'Comet')).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(shown(page)).toHaveText(['Anvil', 'Bridge', 'Drum', 'Comet', 'Engine']);
	await handle(page, 'Comet').focus();
	await page.keyboard.press(' ');
	await page.keyboard.press('ArrowUp');
	await expect(said(page)).toHaveText('Comet, 3 of 5');
	await page.keyboard.press(' ');
	await expect(shown(page)).toHaveText(['Anvil', 'Bridge', 'Comet', 'Drum', 'Engine']);

	// By the menu.
	await row(page, 'Engine').hover();
	await handle(page, 'Engine').click();
	await page.getByRole('menuitem', { name: 'Move to top' }).click();
	await expect(shown(page)).toHaveText(['Engine', 'Anvil', 'Bridge', 'Comet', 'Drum']);
	await handle(page, 'Engine').focus();
	await page.keyboard.press('Enter');
	await page.getByRole('menuitem', { name: 'Move down' }).press('Enter');
	await expect(shown(page)).toHaveText(['Anvil', 'Engine', 'Bridge', 'Comet', 'Drum']);
	await expect.poll(() => kept(app, ada)).toEqual(['Anvil', 'Engine', 'Bridge', 'Comet', 'Drum']);

	// It is so after a reload, and what was done can still be taken back, one after the other.
	await open(page, '/ideas');
	await expect(shown(page)).toHaveText(['Anvil', 'Engine', 'Bridge', 'Comet', 'Drum']);
	for (let step = 0; step < 5; step += 1) await page.keyboard.press('Control+z');
	await expect(shown(page)).toHaveText(['Drum', 'Anvil', 'Bridge', 'Comet', 'Engine']);
	await expect.poll(() => kept(app, ada)).toEqual(['Drum', 'Anvil', 'Bridge', 'Comet', 'Engine']);
	await page.keyboard.press('Control+z');
	await expect(shown(page)).toHaveText(start);

	// In another order there is nothing to drag, and the menu says why.
	await open(page, '/ideas?sort=title');
	await expect(handle(page, 'Comet')).toHaveCount(0);
	await row(page, 'Comet').hover();
	await row(page, 'Comet').getByRole('button', { name: 'More: Comet' }).click();
	await expect(page.getByRole('menuitem', { name: /sort by “My order”/ })).toBeVisible();
	await page.keyboard.press('Escape');
	await shown(page).first().focus();
	await page.keyboard.press('Alt+ArrowDown');
	await expect(page.getByRole('region', { name: 'Notices' })).toContainText('My order');
});

test.describe('together', () => {
	// A page that is loaded ahead because its link was hovered may be of an idea that is gone by then.
	test.use({ expectedErrors: [/status of 404/] });

	test('several ideas are selected, starred, moved and deleted together', async ({
		page,
		app,
		ada
	}) => {
		await arrange(app, ada, ['Anvil', 'Bridge', 'Comet', 'Drum', 'Engine']);
		await open(page, '/ideas');
		const refused: string[] = [];
		page.on('response', (response) => {
			if (response.url().includes('/api/') && !response.ok()) refused.push(response.url());
		});
		const bar = page.getByRole('group', { name: 'Selected ideas' });
		const notices = page.getByRole('region', { name: 'Notices' });

		await page.keyboard.press('j');
		await page.keyboard.press('x');
		await expect(bar).toContainText('1 selected');
		await page.keyboard.press('Shift+J');
		await page.keyboard.press('Shift+ArrowDown');
		await expect(bar).toContainText('3 selected');
		await expect(said(page)).toHaveText('3 selected');
		await expect(shown(page).nth(2)).toBeFocused();
		await page.keyboard.press('Escape');
		await expect(bar).toHaveCount(0);
		await expect(shown(page).nth(2)).toBeFocused();

		await page.keyboard.press('Control+a');
		await expect(bar).toContainText('5 selected');
		await page.keyboard.press('Escape');
		await shown(page)
			.nth(1)
			.click({ modifiers: ['ControlOrMeta'] });
		await shown(page)
			.nth(3)
			.click({ modifiers: ['Shift'] });
		await expect(bar).toContainText('3 selected');
		await expect(page).toHaveURL(/\/ideas$/);
		await bar.getByRole('button', { name: 'Move to bottom' }).click();
		await expect(shown(page)).toHaveText(['Anvil', 'Engine', 'Bridge', 'Comet', 'Drum']);
		await bar.getByRole('button', { name: 'Star' }).click();
		await expect(shown(page, 'star')).toHaveText(['Bridge', 'Comet', 'Drum']);
		await expect(notices).toContainText('Starred 3 ideas.');
		await bar.getByRole('button', { name: 'Move to Trash' }).click();
		await expect(bar).toHaveCount(0);
		await expect(shown(page, 'star')).toHaveCount(0);
		await expect(shown(page)).toHaveText(['Anvil', 'Engine']);
		await expect(notices).toContainText('Moved 3 ideas to the Trash.');
		await expect(page.locator('a[data-open]:focus')).toHaveCount(1);

		await page.keyboard.press('Control+z');
		await expect(shown(page, 'star')).toHaveText(['Bridge', 'Comet', 'Drum']);
		await page.keyboard.press('Control+z');
		await page.keyboard.press('Control+z');
		await expect(shown(page)).toHaveText(['Anvil', 'Bridge', 'Comet', 'Drum', 'Engine']);
		await expect.poll(() => kept(app, ada)).toEqual(['Anvil', 'Bridge', 'Comet', 'Drum', 'Engine']);
		expect(refused).toEqual([]);
	});
});

test.describe('what does not reach the server', () => {
	test.use({ expectedErrors: [/ERR_FAILED/] });

	test('goes back to where it was, with a sentence', async ({ page, app, ada, context }) => {
		await arrange(app, ada, ['Anvil', 'Bridge', 'Comet']);
		await open(page, '/ideas');
		await context.route('**/api/trpc/ideas.move*', (route) => route.abort());

		await page.keyboard.press('j');
		await page.keyboard.press('Alt+ArrowDown');
		await expect(page.getByRole('region', { name: 'Notices' })).toContainText(
			'Couldn’t move “Anvil”.'
		);
		await expect(shown(page)).toHaveText(['Anvil', 'Bridge', 'Comet']);
	});
});

test.describe('with a finger', () => {
	test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } });

	test('an idea is dragged by its handle, and by a long press on its line', async ({
		page,
		app,
		ada
	}) => {
		await arrange(app, ada, ['Anvil', 'Bridge', 'Comet', 'Drum']);
		await open(page, '/ideas');
		await expect(handle(page, 'Drum')).toBeVisible();
		const touch = await page.context().newCDPSession(page);
		const finger = (type: 'touchStart' | 'touchMove' | 'touchEnd', x = 0, y = 0) =>
			touch.send('Input.dispatchTouchEvent', {
				type,
				touchPoints: type === 'touchEnd' ? [] : [{ x, y }]
			});
		const boxOf = async (one: ReturnType<typeof row>) => {
			const box = await one.boundingBox();
			if (!box) throw new Error('There is no such line.');
			return { x: box.x + box.width / 2, y: box.y + box.height / 2, top: box.y };
		};

		const grip = await boxOf(handle(page, 'Drum'));
		const above = await boxOf(row(page, 'Bridge'));
		await finger('touchStart', grip.x, grip.y);
		await finger('touchMove', grip.x, grip.y - 20);
		await finger('touchMove', grip.x, above.top + 6);
		await finger('touchEnd');
		await expect(shown(page)).toHaveText(['Anvil', 'Drum', 'Bridge', 'Comet']);

		const line = await boxOf(row(page, 'Comet'));
		const top = await boxOf(row(page, 'Anvil'));
		await finger('touchStart', line.x, line.y);
		await expect(row(page, 'Comet')).toHaveAttribute('data-dragged');
		await finger('touchMove', line.x, line.y - 20);
		await finger('touchMove', line.x, top.top + 6);
		await finger('touchEnd');
		await expect(shown(page)).toHaveText(['Comet', 'Anvil', 'Drum', 'Bridge']);
		await expect.poll(() => kept(app, ada)).toEqual(['Comet', 'Anvil', 'Drum', 'Bridge']);
		await expect(page).toHaveURL(/\/ideas$/);
	});
});
