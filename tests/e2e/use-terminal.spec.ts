import { findings, overflows } from '../support/axe';
import { expect, open } from '../support/e2e';
import { openTerminal, run, screenOf, stands, test, textOn, trust } from '../support/terminals';

test('keys go to the program, and one of them leads out', async ({ page, computer }) => {
	await openTerminal(page, computer);
	const isInside = () =>
		page.evaluate(() => document.activeElement?.matches('.xterm-helper-textarea'));
	expect(await isInside()).toBe(true);
	// What the page does with these elsewhere it does not do here.
	await run(page, 'cat -v', 'cat -v');
	for (const key of ['Tab', 'Escape', 'ControlOrMeta+k', '?', 'g', 'd']) {
		await page.keyboard.press(key);
	}
	await page.keyboard.press('Enter');
	await expect(screenOf(page)).toContainText('^[^K?gd');
	expect(await isInside()).toBe(true);
	expect(page.url()).toContain('?session=');

	await page.keyboard.press('Control+Shift+Enter');

	await expect(page.getByRole('link', { name: 'Terminal 1' })).toBeFocused();
	await page.keyboard.press('Tab');
	await expect(page.getByRole('button', { name: 'Close Terminal 1' })).toBeFocused();
	await page.keyboard.press('Shift+Tab');
	await page.keyboard.press('Enter');
	await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
});

test('what programs print opens nothing, reads nothing and types nothing', async ({
	page,
	computer
}) => {
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await openTerminal(page, computer);
	await page.evaluate(() => navigator.clipboard.writeText('of the person'));
	const asks = [
		'\\e]52;c;?\\a',
		'\\e]52;c;b3RoZXI=\\a',
		'\\e]11;?\\a',
		'\\e]2;wicked\\a\\e[21t',
		'\\eP$qm\\e\\\\'
	].join('');
	await run(page, `printf '${asks}'; read -t 1 -n 1 typed; echo "typed=\${#typed}."`, 'typed=0.');

	expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('of the person');
	await expect(page).toHaveTitle('Desk · Coda');

	await run(
		page,
		"printf '\\e]8;;javascript:alert(1)\\aan address\\e]8;;\\a\\n'; cat -v",
		'cat -v'
	);
	const pages = page.context().pages().length;
	const line = screenOf(page)
		.locator('> div')
		.filter({ hasText: /^an\saddress\s*$/ });
	await expect(line).toBeVisible();
	await expect(async () => {
		// The rows are behind what hears the mouse, and are drawn anew now and then.
		const box = await line.boundingBox();
		expect(box).not.toBeNull();
		await page.mouse.click((box?.x ?? 0) + 10, (box?.y ?? 0) + 5);
	}).toPass();
	expect(page.context().pages()).toHaveLength(pages);
	await page.evaluate(() => navigator.clipboard.writeText('one\u001b[201~two\u0003three\n'));
	await page.keyboard.press('ControlOrMeta+Shift+v');
	await expect(screenOf(page)).toContainText('one[201~twothree');
});

test('of two pages on one terminal one answers what a program asks, whichever is typed into', async ({
	page,
	computer
}) => {
	await openTerminal(page, computer);
	const other = await page.context().newPage();
	await open(other, page.url());
	await stands(other, 'live');
	const reads =
		'IFS= read -rsd c -t 5 a; read -rs -t 1 -n 1 more; echo $x "got=${#a} more=${#more}."';

	await run(page, `x=1; printf '\\e[c'; ${reads}`, '1 got=6 more=0.');
	await other.bringToFront();
	await other.keyboard.type(`x=2; printf '\\e[c'; ${reads}\n`);
	await expect(screenOf(page)).toContainText('2 got=6 more=0.', { timeout: 10_000 });
	await other.close();
	await run(page, `x=3; printf '\\e[c'; ${reads}`, '3 got=6 more=0.');
});

test('a text is found in what was printed, and copied', async ({ page, computer }) => {
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await openTerminal(page, computer);
	await run(page, 'seq -f "line-%g" 200', 'line-200');
	await expect(screenOf(page)).not.toContainText('line-42');

	await page.keyboard.press('Control+Shift+f');
	await page.getByLabel('Find in this terminal').fill('line-42');
	await page.keyboard.press('Enter');
	await expect(screenOf(page)).toContainText('line-42');
	await page.keyboard.press('Escape');
	await page.keyboard.press('Control+Shift+c');
	await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('line-42');

	await page.keyboard.press('Control+Shift+f');
	await page.getByLabel('Find in this terminal').fill('nowhere-at-all');
	await page.keyboard.press('Enter');
	await expect(page.getByText('Not found')).toBeVisible();
});

test('text has another size, lines are there for readers of the screen, and the page may be left out', async ({
	page,
	computer
}) => {
	await openTerminal(page, computer);
	const choose = async (name: string | RegExp) => {
		await page.getByRole('button', { name: 'More', exact: true }).click();
		await page.getByRole('menuitem', { name }).click();
	};
	await run(page, 'echo for-readers-$((1+1))', 'for-readers-2');
	const size = () => screenOf(page).evaluate((rows) => parseFloat(getComputedStyle(rows).fontSize));
	const before = await size();
	await choose('Larger text');
	expect(await size()).toBe(before + 1);

	await choose(/Screen reader mode/);
	await expect(page.locator('.xterm-accessibility-tree')).toContainText('for-readers-2');
	expect(await findings(page)).toEqual([]);
	await page.reload();
	await stands(page, 'live');
	await expect(page.locator('.xterm-accessibility-tree')).toContainText('for-readers-2');

	await choose('Full screen');
	const box = await page.locator('[data-standing]').boundingBox();
	expect(box?.x).toBe(0);
	await choose('Leave full screen');
	expect((await page.locator('[data-standing]').boundingBox())?.x).toBeGreaterThan(0);
});

test.describe('on glass', () => {
	test.use({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } });

	test('there are the keys that its keyboard has not', async ({ page, computer }) => {
		await openTerminal(page, computer);
		await page.keyboard.type('sleep 1000\n');
		const keys = page.getByRole('group', { name: 'More keys' });

		await keys.getByRole('button', { name: 'Ctrl' }).tap();
		await page.keyboard.type('c');
		await run(page, 'echo out-$((1+1))', 'out-2');
		await keys.getByRole('button', { name: 'Up' }).tap();
		await page.keyboard.type('\n');

		await expect.poll(async () => (await textOn(page)).match(/out-2/g)?.length).toBe(2);
		expect(await overflows(page)).toBe(false);
		expect(await findings(page)).toEqual([]);
	});
});

test.describe('with graphics', () => {
	test.use({ hasGraphics: true });

	test('a terminal is drawn there under the policy of the page', async ({ page, computer }) => {
		await openTerminal(page, computer);

		await expect(page.locator('[data-terminal] canvas').first()).toBeVisible();
		await expect(screenOf(page)).toHaveCount(0);
	});
});

for (const colorScheme of ['light', 'dark'] as const) {
	test(`axe finds nothing around a terminal, ${colorScheme}, at every width`, async ({
		page,
		computer
	}) => {
		test.setTimeout(120_000);
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		await open(page, `/devices/${computer.id}`);
		await expect(page.getByText(computer.words)).toBeVisible();
		const look = async (where: string) => {
			for (const width of [360, 768, 1440]) {
				await page.setViewportSize({ width, height: 900 });
				expect(await findings(page), `${where} at ${width}`).toEqual([]);
				expect(await overflows(page), `${where} at ${width} is too wide`).toBe(false);
			}
		};
		await look('the words');
		await trust(page, computer);
		await expect(page.getByText('No terminal runs on Desk')).toBeVisible();
		await look('no terminal');
		await page.getByRole('button', { name: 'Open a terminal' }).click();
		await stands(page, 'live');
		await run(page, "printf '\\e[31mred \\e[93myellow\\e[0m\\n'", 'red yellow');
		await look('a terminal');
		await page.getByRole('link', { name: /^All/ }).click();
		await expect(page.getByRole('list', { name: 'Terminals on Desk' })).toBeVisible();
		await look('the list');
	});
}
