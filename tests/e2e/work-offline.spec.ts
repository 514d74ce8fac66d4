import type { BrowserContext, Page } from '@playwright/test';
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
import type { App } from '../support/app-server';

test.use({
	serviceWorkers: 'allow',
	expectedErrors: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|40[149]|50[03]/]
});

/** What is kept of pages, by address without its origin. */
const keptPages = (page: Page): Promise<string[]> =>
	page.evaluate(async () => {
		const names = (await caches.keys()).filter((name) => name.startsWith('coda-pages'));
		const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
		return lists.flat().map(({ url }) => url.slice(location.origin.length));
	});

/** Opens a page and waits until it could be read without a network, too. */
async function openForGood(page: Page, path: string): Promise<void> {
	await open(page, path);
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
	await page.reload({ waitUntil: 'networkidle' });
	await expect.poll(() => keptPages(page)).toContain(`${path}/__data.json`);
}

async function capture(page: Page, ...lines: string[]): Promise<void> {
	await page.keyboard.press('c');
	for (const line of lines) {
		await page.keyboard.type(line);
		await page.keyboard.press('Enter');
	}
}

const titlesOf = (app: App, person: Person) =>
	sql<{ title: string }>(
		app,
		`SELECT title FROM ideas JOIN idea_members ON idea_id = id
		 WHERE owner_id = $1 ORDER BY idea_members.position DESC`,
		[person.id]
	).then((rows) => rows.map(({ title }) => title));

const sync = (page: Page) => page.locator('[data-sync]');

/** Another tab of the same browser. */
async function tab(context: BrowserContext, path: string): Promise<Page> {
	const page = await context.newPage();
	await page.goto(path);
	return page;
}

test('ideas written without a network survive a reload and a closed tab, and arrive once, in order', async ({
	page,
	ada,
	app,
	context
}) => {
	const id = await createIdea(app, ada, 'Seen before');
	await openForGood(page, '/ideas');
	await context.setOffline(true);

	await capture(page, 'First', 'Second', 'Third');
	await expect(sync(page)).toHaveAttribute('data-sync', 'offline');
	await page.reload();

	await expect(page.getByText('Third')).toBeVisible();
	await expect(page.getByText('Seen before')).toBeVisible();
	await page.getByRole('button', { name: /Show what waits/ }).click();
	await expect(page.locator('[data-waiting]')).toHaveCount(3);
	const other = await tab(context, '/ideas');
	await page.close();
	await expect(other.getByText('First')).toBeVisible();
	// What was never opened is not there, and says so.
	await other.goto(`/ideas/${id}`);
	await expect(other.getByText(/offline/i).first()).toBeVisible();

	await context.setOffline(false);
	await other.goto('/trash');

	await expect.poll(() => titlesOf(app, ada)).toEqual(['Seen before', 'First', 'Second', 'Third']);
	await expect(sync(other)).toHaveAttribute('data-sync', 'saved');
	await other.goto('/ideas');
	await expect(other.locator('[data-row]')).toHaveCount(4);
});

test('an edit made without a network arrives from any page, and one that collides is put to the person', async ({
	page,
	ada,
	app,
	context
}) => {
	const id = await createIdea(app, ada, 'Engine');
	await openForGood(page, `/ideas/${id}`);
	const other = await tab(context, `/ideas/${id}`);
	await expect(other.getByLabel('Notes')).toBeVisible();
	await context.setOffline(true);
	await page.getByLabel('Notes').fill('What the first tab says.');
	await other.getByLabel('Notes').fill('What the second tab says.');
	await expect(page.locator('[data-save="offline"]')).toBeVisible();
	await expect(other.locator('[data-save="offline"]')).toBeVisible();
	for (const one of [page, other]) await one.close({ runBeforeUnload: false });

	await context.setOffline(false);
	const next = await tab(context, '/trash');

	await expect
		.poll(() => sql(app, 'SELECT notes, version FROM ideas WHERE id = $1', [id]))
		.toEqual([{ notes: 'What the first tab says.', version: 2 }]);
	await expect(sync(next)).toHaveAttribute('data-sync', 'failed');
	await sync(next).click();
	await next.getByRole('link', { name: 'Choose' }).click();
	await expect(next.getByText('What the first tab says.').first()).toBeVisible();
	await expect(next.getByText('What the second tab says.').first()).toBeVisible();
});

test('of twenty tabs one sends', async ({ page, ada, app, context }) => {
	await open(page, '/ideas');
	const others = await Promise.all(Array.from({ length: 19 }, () => tab(context, '/ideas')));
	await context.setOffline(true);
	await capture(page, 'Once only');
	await expect(sync(page)).toHaveAttribute('data-sync', 'offline');

	let creates = 0;
	// What does not get out of the browser yet is no sending.
	context.on('response', (response) => {
		if (response.url().includes('ideas.create')) creates++;
	});
	await context.setOffline(false);

	await expect.poll(() => titlesOf(app, ada)).toEqual(['Once only']);
	for (const other of [page, ...others]) {
		await expect(other.getByRole('link', { name: 'Once only' })).toBeVisible();
	}
	expect(creates).toBe(1);
});

test('what the browser will not keep is said, and leaving warns', async ({
	page,
	ada,
	app,
	context
}) => {
	await page.addInitScript(() => {
		IDBObjectStore.prototype.put = () => {
			throw new DOMException('Full.', 'QuotaExceededError');
		};
	});
	await open(page, '/ideas');
	await context.setOffline(true);
	await capture(page, 'Nowhere but here');

	await expect(sync(page)).toHaveAttribute('data-sync', 'unkept');
	await expect(page.getByText(/only in this page/).first()).toBeAttached();
	const asked = page.waitForEvent('dialog');
	const leaving = page.close({ runBeforeUnload: true });
	const dialog = await asked;
	expect(dialog.type()).toBe('beforeunload');
	await dialog.dismiss();
	await leaving;
	await context.setOffline(false);

	await expect.poll(() => titlesOf(app, ada)).toEqual(['Nowhere but here']);
});

test('signing out asks for what waits, and leaves nothing of the person in the browser', async ({
	page,
	ada,
	app,
	context
}) => {
	void ada;
	await openForGood(page, '/ideas');
	await page.route('**/api/trpc/ideas.create**', (route) => route.abort());
	await capture(page, 'Never sent');
	await expect(sync(page)).toHaveAttribute('data-sync', 'offline');
	const questions: string[] = [];
	page.on('dialog', async (dialog) => {
		questions.push(dialog.message());
		await dialog.accept();
	});

	await page.getByRole('button', { name: 'Account' }).click();
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.waitForURL((url) => !url.pathname.startsWith('/ideas'));

	expect(questions).toHaveLength(1);
	expect(await keptPages(page)).toEqual([]);
	expect(await page.evaluate(() => indexedDB.databases())).toEqual([]);
	expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
	await context.setOffline(true);
	await page.goto('/ideas');
	await expect(page.getByText(/offline/i).first()).toBeVisible();
	await expect(page.getByText('Never sent')).toHaveCount(0);
	await context.setOffline(false);
	void app;
});

test('the pages of one person go when the server sees another', async ({
	page,
	ada,
	app,
	context
}) => {
	await createIdea(app, ada, 'Hers');
	await openForGood(page, '/ideas');
	const bob = await createPerson(app);
	await signIn(app, context, bob);
	await open(page, '/ideas');
	const names = () =>
		page.evaluate(async () => (await caches.keys()).filter((name) => name.includes('pages')));

	await expect.poll(names).toEqual([`coda-pages ${bob.id}`]);
	await context.setOffline(true);
	await page.reload();

	await expect(page.getByRole('heading', { name: 'Ideas' })).toBeVisible();
	await expect(page.getByText('Hers', { exact: true })).toHaveCount(0);
	await context.setOffline(false);
});

test('a page of the account is never kept', async ({ page, ada, context }) => {
	void ada;
	await openForGood(page, '/ideas');
	await open(page, '/account');
	await open(page, '/trash');

	expect(await keptPages(page)).toEqual(['/ideas/__data.json']);
	await context.setOffline(true);
	await page.goto('/account');
	await expect(page.getByText(/offline/i).first()).toBeVisible();
	await context.setOffline(false);
});

test('what another program shares stands in the composer, and nothing is made of it before it is saved', async ({
	page,
	ada,
	app
}) => {
	await open(page, '/ideas?title=A%20kite&text=Of%20paper&url=https%3A%2F%2Fkites.example%2F');

	await expect(page.locator('input[name="title"]')).toHaveValue('A kite https://kites.example/');
	await expect(page.locator('#composer-notes')).toHaveValue('Of paper');
	await expect(page.locator('input[name="title"]')).toBeFocused();
	expect(new URL(page.url()).search).toBe('');
	expect(await titlesOf(app, ada)).toEqual([]);
	await page.keyboard.press('Enter');
	await expect.poll(() => titlesOf(app, ada)).toEqual(['A kite']);

	await page.keyboard.type('Half a thought');
	await page.goto('/ideas?text=More%20of%20it');
	await expect(page.locator('input[name="title"]')).toHaveValue('Half a thought');
	await expect(page.locator('#composer-notes')).toHaveValue('More of it');
});

test('the manifest is complete, and what it names is there', async ({ page, ada, app }) => {
	void ada;
	await open(page, '/ideas');
	const href = await page.locator('link[rel="manifest"]').getAttribute('href');
	const response = await page.request.get(`${app.origin}${href}`);
	const manifest = await response.json();

	expect(response.headers()['content-type']).toContain('manifest+json');
	expect(manifest).toMatchObject({ name: 'Coda', display: 'standalone', start_url: '/ideas' });
	const icons = manifest.icons as { src: string; sizes: string; purpose?: string }[];
	expect(icons.map(({ purpose }) => purpose)).toContain('maskable');
	for (const { src, sizes } of icons) {
		const size = await page.evaluate(async (address) => {
			const picture = new Image();
			picture.src = address;
			await picture.decode();
			return `${picture.naturalWidth}x${picture.naturalHeight}`;
		}, src);
		if (sizes !== 'any') expect(size).toBe(sizes);
	}
	const session = await page.context().newCDPSession(page);
	const { errors } = await session.send('Page.getAppManifest');
	expect(errors).toEqual([]);
	const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
	expect(
		installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')
	).toEqual([]);
});
