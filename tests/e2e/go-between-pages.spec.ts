import { createIdea, expect, open, test } from '../support/e2e';

/** Where a text stands in the window. */
const topOf = (box: { x: number; y: number } | null) => box && { x: box.x, y: box.y };

for (const { name, path } of [
	{ name: 'Ideas', path: '/ideas' },
	{ name: 'Search', path: '/search' },
	{ name: 'Trash', path: '/trash' }
]) {
	test(`a wait on the way to ${name} shows its shape, and nothing moves when it comes`, async ({
		page,
		ada,
		app
	}) => {
		await createIdea(app, ada, 'Kite');
		await open(page, path === '/trash' ? '/ideas' : '/trash');
		let go = () => {};
		const held = new Promise<void>((resolve) => (go = resolve));
		await page.route(`**${path}/__data.json*`, async (route) => {
			await held;
			await route.continue();
		});

		await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click();
		const shape = page.locator('[data-shape]');
		await expect(shape.getByRole('status')).toHaveText(/^Loading/);
		const before = topOf(await shape.getByText(name, { exact: true }).boundingBox());
		go();

		await expect(shape).toHaveCount(0);
		const heading = page.getByRole('heading', { level: 1, name });
		expect(topOf(await heading.boundingBox())).toEqual(before);
	});
}

test('an idea that takes its time shows its shape, and the board is where it was left', async ({
	page,
	ada,
	app
}) => {
	await page.setViewportSize({ width: 1280, height: 400 });
	const ids: string[] = [];
	for (let at = 0; at < 20; at++) ids.push(await createIdea(app, ada, `Idea ${at}`));
	await open(page, '/ideas');
	const last = page.getByRole('link', { name: 'Idea 0', exact: true });
	await last.scrollIntoViewIfNeeded();
	const scrolled = await page.evaluate(() => window.scrollY);
	expect(scrolled).toBeGreaterThan(0);
	let go = () => {};
	const held = new Promise<void>((resolve) => (go = resolve));
	await page.route(`**/ideas/${ids[0]}/__data.json*`, async (route) => {
		await held;
		await route.continue();
	});

	await last.click();
	await expect(page.locator('[data-shape="idea"]')).toBeVisible();
	go();
	await expect(page.locator('[data-plan] [name="title"]')).toHaveValue('Idea 0');
	await page.goBack();

	await expect(last).toBeVisible();
	await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(scrolled);
});

test('what has the focus is fetched before it is opened', async ({ page, ada, app }) => {
	const id = await createIdea(app, ada, 'Kite');
	await open(page, '/ideas');

	const fetched = page.waitForRequest((request) =>
		request.url().includes(`/ideas/${id}/__data.json`)
	);
	await page.keyboard.press('j');
	await fetched;
});
