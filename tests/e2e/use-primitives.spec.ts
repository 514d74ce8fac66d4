import { expect, open, test } from '../support/e2e';

const GALLERY = '/dev/states/primitives';

test('a menu is used with the keyboard alone, and gives the focus back', async ({ page }) => {
	await open(page, GALLERY);
	const button = page.getByRole('button', { name: 'More', exact: true });
	const item = (name: string) => page.getByRole('menuitem', { name });

	await button.focus();
	await page.keyboard.press('ArrowDown');
	await expect(item('Open')).toBeFocused();
	await expect(button).toHaveAttribute('aria-expanded', 'true');
	await page.keyboard.press('End');
	await expect(item('Move to Trash')).toBeFocused();
	await page.keyboard.press('ArrowDown');
	await expect(item('Open')).toBeFocused();
	await page.keyboard.press('s');
	await expect(item('Star')).toBeFocused();
	// What cannot be chosen now is passed over.
	await page.keyboard.press('ArrowDown');
	await expect(item('All states')).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(button).toBeFocused();
	await expect(item('Open')).toBeHidden();

	await page.keyboard.press('ArrowUp');
	await expect(item('Move to Trash')).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(page.getByText('Last chosen: Move to Trash')).toBeVisible();
	await expect(button).toBeFocused();
});

test('a menu stays within a narrow window', async ({ page }) => {
	await page.setViewportSize({ width: 320, height: 480 });
	await open(page, GALLERY);

	await page.getByRole('button', { name: 'More', exact: true }).click();

	await expect(page.getByRole('menu')).toBeInViewport({ ratio: 1 });
});

test('a dialog has its name, closes with Esc and beside it, and gives the focus back', async ({
	page
}) => {
	await open(page, GALLERY);
	const button = page.getByRole('button', { name: 'Rename' }).first();
	const dialog = page.getByRole('dialog', { name: 'Rename the device' });

	await button.click();
	await expect(dialog).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(dialog).toBeHidden();
	await expect(button).toBeFocused();

	await button.click();
	await page.mouse.click(10, 10);
	await expect(dialog).toBeHidden();
});

test('what cannot be undone is done only when its words were typed', async ({ page }) => {
	await open(page, GALLERY);
	await page.getByRole('button', { name: 'Delete for good' }).last().click();
	const dialog = page.getByRole('alertdialog', { name: 'Delete 12 ideas for good?' });

	await dialog.getByRole('button', { name: 'Delete 12 ideas' }).click();
	await expect(dialog.getByRole('alert')).toContainText('Type “12”');
	await page.mouse.click(10, 10);
	await expect(dialog).toBeVisible();

	await dialog.getByRole('textbox').fill('12');
	await dialog.getByRole('button', { name: 'Delete 12 ideas' }).click();
	await expect(dialog).toBeHidden();
	await expect(page.getByText('Last chosen: Delete for good')).toBeVisible();
});

test('a tooltip comes with the focus and goes with Esc', async ({ page }) => {
	await open(page, GALLERY);
	const control = page.getByRole('button', { name: '1,204 views' });
	const tip = page.getByRole('tooltip');

	await control.focus();
	await expect(tip).toBeVisible();
	await expect(control).toHaveAccessibleDescription('Counted since midnight, in UTC');
	await page.keyboard.press('Escape');
	await expect(tip).toBeHidden();
});

test('a field says what is wrong to those who cannot see it', async ({ page }) => {
	await open(page, GALLERY);
	const field = page.getByLabel('E-mail');

	await expect(field).toHaveAttribute('aria-invalid', 'true');
	await expect(field).toHaveAccessibleDescription('That is not an e-mail address.');
});

test('a chart has its figures as a table, and they are there without a script', async ({
	page,
	browser
}) => {
	await open(page, GALLERY);
	const chart = page.getByRole('figure', { name: 'Answers', exact: true });

	await expect(chart).toContainText('95 %131 ms');
	await chart.getByText('The figures').click();
	await expect(chart.getByRole('table').getByRole('row')).toHaveCount(13);
	await expect(chart.getByRole('row').nth(5)).toContainText('–');

	const withoutScript = await browser.newPage({ javaScriptEnabled: false });
	await withoutScript.goto(new URL(GALLERY, page.url()).href);
	const still = withoutScript.getByRole('figure', { name: 'Answers', exact: true });
	await expect(still.locator('path.stroke-accent').last()).toHaveAttribute('d', /^M0,.+L100,/);
	await still.getByText('The figures').click();
	await expect(still.getByRole('table').getByRole('row')).toHaveCount(13);
	await withoutScript.close();
});

test('arrow keys walk along a chart, and Esc puts away what they show', async ({ page }) => {
	await open(page, GALLERY);
	const chart = page.getByRole('figure', { name: 'Answers', exact: true });
	const along = chart.getByRole('slider', { name: 'Answers, along time' });
	const shown = chart.locator('.shadow-float');

	await along.focus();
	await expect(shown).toContainText('131 ms');
	await page.keyboard.press('ArrowLeft');
	await expect(shown).toContainText('118 ms');
	await expect(along).toHaveAttribute('aria-valuetext', /95 % 118 ms, 50 % 39\.33 ms/);
	await page.keyboard.press('Home');
	await expect(shown).toContainText('42 ms');
	await page.keyboard.press('Escape');
	await expect(shown).toBeHidden();
});

test('the pointer shows the figures nearest to it', async ({ page }) => {
	await open(page, GALLERY);
	const chart = page.getByRole('figure', { name: 'Answers', exact: true });
	const along = chart.getByRole('slider', { name: 'Answers, along time' });
	const shown = chart.locator('.shadow-float');
	await chart.scrollIntoViewIfNeeded();
	const box = await along.boundingBox();
	if (!box) throw new Error('The chart is not there.');

	await page.mouse.move(box.x + box.width * 0.46, box.y + 40);
	await expect(shown).toContainText('61 ms');
	await page.mouse.move(box.x + box.width * 0.46, box.y - 200);
	await expect(shown).toBeHidden();
});

test('everything to press is at least 24 px high and wide', async ({ page }) => {
	await open(page, GALLERY);

	const small = await page.evaluate(
		() =>
			[...document.querySelectorAll<HTMLElement>('button, select, input, summary, a.btn')]
				.filter((one) => one.checkVisibility({ visibilityProperty: true }))
				.map((one) => (one.closest('label') ?? one).getBoundingClientRect())
				.filter(({ width, height }) => width < 24 || height < 24).length
	);

	expect(small).toBe(0);
});

test('nothing is lost where colours are forced', async ({ page }) => {
	await page.emulateMedia({ forcedColors: 'active' });
	await open(page, GALLERY);

	await page.screenshot({ path: 'test-results/states/primitives-forced.png', fullPage: true });
	const looks = await page
		.getByRole('switch')
		.first()
		.evaluate((one) => getComputedStyle(one).appearance);

	expect(looks, 'a switch is a box of the browser there').toBe('auto');
});
