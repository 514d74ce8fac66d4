import type { Page } from '@playwright/test';
import { findings } from '../support/axe';
import { createIdea, expect, open, sql, test } from '../support/e2e';

const NOTES = `# Why

See the plan and [the site](https://example.com).

- [ ] Buy paper
- [x] Find string

\`\`\`js
const kite = 'red';
\`\`\`

| part | grams |
|------|------:|
| tail | 12 |

![A kite](https://example.com/kite.png)
`;

/** Each of these would run, or lead somewhere, if it could. */
const HOSTILE = `<script>window.ran = 1</script>
<img src=x onerror="window.ran = 1">

[a](javascript:window.ran=1) [b](data:text/html,<script>1</script>) [c](https://example.com/"onclick="window.ran=1)

<svg onload="window.ran=1"><style>body{display:none}</style></svg>

- [ ] <input autofocus onfocus="window.ran=1">

> ${'> '.repeat(500)}deep
`;

const pasteInto = (page: Page, text: string) =>
	page.getByRole('textbox', { name: 'Notes' }).evaluate((field, pasted) => {
		const clipboardData = new DataTransfer();
		clipboardData.setData('text/plain', pasted);
		field.dispatchEvent(
			new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
		);
	}, text);

test('notes are read as Markdown, ticked where they stand, and written with keys', async ({
	page,
	ada,
	app
}) => {
	const id = await createIdea(app, ada, 'A kite');
	await sql(app, 'UPDATE ideas SET notes = $1 WHERE id = $2', [NOTES, id]);
	const notes = async () =>
		(await sql<{ notes: string }>(app, 'SELECT notes FROM ideas WHERE id = $1', [id]))[0]?.notes;
	const loaded: string[] = [];
	page.on('request', (request) => loaded.push(request.url()));
	await open(page, `/ideas/${id}`);
	const field = page.getByRole('textbox', { name: 'Notes' });

	// What the server drew is what is read; the code is coloured once it is on the screen.
	await expect(field).toBeHidden();
	await expect(page.getByRole('heading', { name: 'Why', level: 2 })).toBeVisible();
	const link = page.getByRole('link', { name: 'the site' });
	await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow');
	await expect(page.getByRole('link', { name: 'A kite (picture)' })).toBeVisible();
	await expect(page.locator('.hljs-string')).toHaveText("'red'");
	expect(loaded.filter((url) => url.includes('example.com'))).toEqual([]);
	expect(await findings(page)).toEqual([]);

	// A tick is saved as typing is.
	await page.getByRole('checkbox', { name: 'Buy paper' }).check();
	await expect.poll(notes).toBe(NOTES.replace('- [ ] Buy', '- [x] Buy'));
	await expect(page.getByRole('checkbox', { name: 'Buy paper' })).toBeChecked();

	// `Edit` and `Esc` lead into the field and back, and the focus with them.
	await page.getByRole('button', { name: 'Edit notes' }).click();
	await expect(field).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(page.getByRole('button', { name: 'Edit notes' })).toBeFocused();
	await page.getByText('See the plan and').click();
	await expect(field).toBeFocused();

	// A pasted address makes a link of what is marked, and the field's own Undo takes it back.
	await field.fill('the plan');
	await field.selectText();
	await pasteInto(page, 'https://example.com/plan');
	await expect(field).toHaveValue('[the plan](https://example.com/plan)');
	await page.keyboard.press('Control+z');
	await expect(field).toHaveValue('the plan');
	await field.selectText();
	await page.keyboard.press('Control+b');
	await expect(field).toHaveValue('**the plan**');
	await field.fill('- [x] one');
	await page.keyboard.press('End');
	await page.keyboard.press('Enter');
	await page.keyboard.type('two');
	await expect(field).toHaveValue('- [x] one\n- [ ] two');

	// A picture is refused with a sentence.
	await field.evaluate((area) => {
		const clipboardData = new DataTransfer();
		clipboardData.items.add(new File(['x'], 'kite.png', { type: 'image/png' }));
		area.dispatchEvent(
			new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
		);
	});
	await expect(page.getByText('Pictures can’t be kept yet.')).toBeVisible();

	await page.keyboard.press('Tab');
	await expect(page.getByRole('checkbox', { name: 'two' })).toBeVisible();
	await expect.poll(notes).toBe('- [x] one\n- [ ] two');
});

test('nothing in a text runs, and the browser draws what the server drew', async ({
	page,
	ada,
	app
}) => {
	const id = await createIdea(app, ada, 'A trap');
	await sql(app, 'UPDATE ideas SET notes = $1 WHERE id = $2', [NOTES + HOSTILE, id]);
	await open(page, `/ideas/${id}`);
	const area = page.locator('.prose-md');
	const drawn = () =>
		area.evaluate((element) => {
			const copy = element.cloneNode(true) as HTMLElement;
			const html = copy.innerHTML.replace(/<!--.*?-->/g, '').trim();
			return html.replace(
				/<span class="hljs[^>]*>|<\/span>|<span>| (disabled|data-coloured)="\w*"/g,
				''
			);
		});
	const byServer = await drawn();

	await page.getByRole('button', { name: 'Edit notes' }).click();
	const field = page.getByRole('textbox', { name: 'Notes' });
	await field.press('Control+End');
	await field.pressSequentially('\nend');
	await page.keyboard.press('Escape');
	await expect(area.getByText('end', { exact: true })).toBeVisible();
	const byBrowser = await drawn();

	expect(await page.evaluate(() => 'ran' in window)).toBe(false);
	await expect(area.locator('script, img, svg, style, iframe')).toHaveCount(0);
	const addresses = await area
		.locator('a')
		.evaluateAll((links) => links.map((one) => one.getAttribute('href') ?? ''));
	expect(addresses.every((address) => address.startsWith('https://example.com'))).toBe(true);
	expect(byBrowser.replace('end', '').replace(/\s+/g, '')).toContain(
		byServer.slice(0, byServer.indexOf('<blockquote')).replace(/\s+/g, '')
	);
});

test('without a script notes can be read and written', async ({ browser, ada, app, context }) => {
	const id = await createIdea(app, ada, 'A kite');
	await sql(app, 'UPDATE ideas SET notes = $1 WHERE id = $2', [NOTES, id]);
	const plain = await browser.newContext({
		javaScriptEnabled: false,
		baseURL: app.origin,
		storageState: await context.storageState()
	});
	const page = await plain.newPage();
	await page.goto(`/ideas/${id}`);

	await expect(page.getByRole('heading', { name: 'Why' })).toBeVisible();
	await expect(page.getByRole('checkbox', { name: 'Buy paper' })).toBeDisabled();
	await page.getByRole('textbox', { name: 'Notes' }).fill('**Lighter** paper');
	await page.getByRole('button', { name: 'Save', exact: true }).click();

	await expect(page.locator('strong')).toHaveText('Lighter');
	await plain.close();
});
