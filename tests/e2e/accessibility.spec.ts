import type { Page } from '@playwright/test';
import { seedOperations } from '../../scripts/seed/operations';
import { findings, overflows, smallTargets } from '../support/axe';
import { createIdea, expect, open, signIn, sql, test } from '../support/e2e';
import { operatorPaths } from '../support/operator-paths';

const WIDTHS = [360, 768, 1440];

/** Opens each page at each width: axe finds nothing on it, and it is not wider than the window. */
async function expectReadable(
	page: Page,
	paths: readonly string[],
	{ widths = WIDTHS, height = 900 } = {}
): Promise<void> {
	for (const width of widths) {
		await page.setViewportSize({ width, height });
		for (const path of paths) {
			await open(page, path);
			expect(await findings(page), `${path} at ${width}`).toEqual([]);
			expect(await overflows(page), `${path} at ${width} is too wide`).toBe(false);
		}
	}
}

const MARKDOWN = [
	'## Later\n\n# First\n\n- [ ] a task\n- [x] a done one with `code`\n\n> said\n\n1. one',
	'```js\n// a line of code that is too long for a narrow window, with a comment and a string\nlet x = "1"; // 2\n```',
	'| a column | another one | a third that is wide | a fourth |\n|---|:-:|--:|---|\n| 1 | 2 | 3 | https://example.com/a/long/address |',
	'![a picture](https://example.com/x.png)'
].join('\n\n');

test.use({ expectedErrors: [/404/] });

for (const colorScheme of ['light', 'dark'] as const) {
	test(`axe finds nothing on any page, ${colorScheme}, at every width @nightly`, async ({
		page,
		ada,
		app
	}) => {
		test.setTimeout(300_000);
		await page.emulateMedia({ colorScheme });
		const long =
			'A title that is long enough to need more than one line of a narrow window, and then some';
		const idea = await createIdea(app, ada, { title: long, star: 'super' });
		await sql(app, 'UPDATE ideas SET notes = $1 WHERE id = $2', [MARKDOWN, idea]);
		const thrown = await createIdea(app, ada, 'Thrown away');
		await sql(
			app,
			`UPDATE ideas SET deleted_at = now(), undo_expires_at = now() + interval '7 days' WHERE id = $1`,
			[thrown]
		);
		const paths = [
			'/',
			'/ideas',
			`/ideas/${idea}`,
			'/trash',
			'/search',
			'/search?q=title%20is:super',
			'/ideas?filter=public',
			'/nowhere',
			'/account',
			'/account/security',
			'/account/preferences',
			'/account/data',
			'/account/leaving',
			'/account/email/confirm?token=none',
			'/sign-in/again',
			'/sign-in/forgot',
			'/sign-in/kept',
			'/sign-in/confirm?token=none',
			'/terms',
			'/privacy',
			'/accessibility',
			'/status'
		];

		await expectReadable(page, paths);
	});
}

test.describe('the pages of operators, full', () => {
	test.beforeEach(async ({ app, ada }) => {
		// It is much that is filled in.
		test.setTimeout(180_000);
		await sql(app, `UPDATE users SET role = 'admin' WHERE id = $1`, [ada.id]);
		await seedOperations(app.databaseUrl);
	});

	for (const colorScheme of ['light', 'dark'] as const) {
		test(`axe finds nothing on them, ${colorScheme}, at every width @nightly`, async ({
			page,
			app
		}) => {
			test.setTimeout(600_000);
			await page.emulateMedia({ colorScheme });
			const paths = await operatorPaths(app);

			await expectReadable(page, paths);
		});
	}

	test('under a thumb nothing to press is smaller than 24 pixels', async ({
		browser,
		app,
		ada
	}) => {
		test.setTimeout(240_000);
		const phone = await browser.newContext({
			...{ baseURL: app.origin, hasTouch: true, isMobile: true },
			viewport: { width: 360, height: 780 }
		});
		await signIn(app, phone, ada);
		const page = await phone.newPage();

		for (const path of await operatorPaths(app)) {
			await open(page, path);
			expect(await smallTargets(page), path).toEqual([]);
		}
		await phone.close();
	});
});

test('axe finds nothing on the board and on an idea', async ({ page, ada, app }) => {
	const idea = await createIdea(app, ada, { title: 'Readable', star: 'star' });

	for (const path of ['/ideas', `/ideas/${idea}`]) {
		await open(page, path);
		expect(await findings(page), path).toEqual([]);
	}
});

test('axe finds nothing on the pages of signing in', async ({ page }) => {
	await expectReadable(page, ['/sign-in', '/sign-in/password', '/sign-up', '/sign-in/forgot']);
});

test('at 200 and at 400 % everything is in one column, and the Trash and a text are readable', async ({
	page,
	ada,
	app
}) => {
	const idea = await createIdea(app, ada, { title: 'Readable', star: 'star' });
	await sql(app, 'UPDATE ideas SET notes = $1 WHERE id = $2', [MARKDOWN, idea]);
	const thrown = await createIdea(app, ada, 'Thrown away');
	await sql(
		app,
		`UPDATE ideas SET deleted_at = now(), undo_expires_at = now() + interval '7 days' WHERE id = $1`,
		[thrown]
	);
	await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });

	await expectReadable(page, ['/ideas', `/ideas/${idea}`, '/trash', '/accessibility'], {
		...{ widths: [640, 320], height: 512 }
	});
});
