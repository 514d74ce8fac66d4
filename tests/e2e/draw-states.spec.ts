import { findings, overflows } from '../support/axe';
import { expect, open, test } from '../support/e2e';
import { STATE_NAMES } from '../../src/routes/dev/states/states';

/** Nobody is signed in: what is asked of the server there is refused, and that is drawn, too. */
test.use({ expectedErrors: [/401/] });

const PAGES = [...STATE_NAMES, 'primitives', 'tokens'];
const SCHEMES = ['light', 'dark'] as const;

/** Where the pictures of a run lie. */
const pictureOf = (name: string, width: number, scheme: string) =>
	`test-results/states/${name}-${width}-${scheme}.png`;

for (const name of PAGES) {
	test(`${name} is drawn without a fault`, async ({ page }) => {
		await page.emulateMedia({ reducedMotion: 'reduce' });
		await page.setViewportSize({ width: 1440, height: 900 });
		await open(page, `/dev/states/${name}`);

		await page.screenshot({ path: pictureOf(name, 1440, 'light'), fullPage: true });
		expect(await findings(page)).toEqual([]);
		// A window of 1280 px at 400 %.
		await page.setViewportSize({ width: 320, height: 256 });
		// A bar that is measured by a script follows the window a moment later.
		await expect.poll(() => overflows(page), 'nothing is cut off at 400 %').toBe(false);
	});

	for (const colorScheme of SCHEMES) {
		test(`${name} is drawn without a fault at every width, ${colorScheme} @nightly`, async ({
			page
		}) => {
			await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
			for (const width of [360, 768, 1440]) {
				await page.setViewportSize({ width, height: 900 });
				await open(page, `/dev/states/${name}`);

				await page.screenshot({ path: pictureOf(name, width, colorScheme), fullPage: true });
				expect(await findings(page), `at ${width}`).toEqual([]);
				expect(await overflows(page), `too wide at ${width}`).toBe(false);
			}
		});
	}
}

test('every state is on the list', async ({ page }) => {
	await open(page, '/dev/states');

	for (const name of PAGES) {
		await expect(page.locator(`a[href="/dev/states/${name}"]`)).toBeVisible();
	}
});

for (const colorScheme of SCHEMES) {
	test(`every colour of text stands out from the page, ${colorScheme}`, async ({ page }) => {
		await page.emulateMedia({ colorScheme });
		await open(page, '/dev/states/tokens');

		for (const name of ['ink', 'ink-2', 'ink-3', 'accent', 'success', 'warning', 'danger']) {
			const ratio = await page.locator(`[data-ratio="${name}"]`).textContent();
			expect(parseFloat(ratio ?? ''), name).toBeGreaterThanOrEqual(4.5);
		}
	});
}
