import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { Browser, Page } from '@playwright/test';
import { startApp, type App } from '../support/app-server';
import { createPerson, expect, signIn, sql, test as base } from '../support/e2e';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

/** The build as it is for everyone: only there are views counted. */
async function startProduction(): Promise<App> {
	const port = await freePort();
	return startApp({
		port,
		env: {
			CODA_TIER: 'production',
			AUTH_URL: `http://localhost:${port}`,
			EMAIL_SERVER: 'smtp://127.0.0.1:9',
			PUBLIC_ENABLE_DEVMODE: 'false'
		}
	});
}

/** The test with a server of its own that is production's. */
const test = base.extend<{ production: App }>({
	// eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from here
	production: async ({}, use, testInfo) => {
		testInfo.slow();
		const app = await startProduction();
		await use(app);
		await app.stop();
	}
});

/** A page of a person who is signed in, in a browser that does not look like a program. */
async function pageOf(app: App, browser: Browser, headers: Record<string, string> = {}) {
	const context = await browser.newContext({ userAgent: FIREFOX, extraHTTPHeaders: headers });
	await signIn(app, context, await createPerson(app));
	return context.newPage();
}

const routes = async (app: App) =>
	(await sql<{ route: string }>(app, 'SELECT route FROM page_views ORDER BY at, id')).map(
		({ route }) => route
	);

/** Everything that a page asks for, from now on. */
function requestsOf(page: Page): string[] {
	const paths: string[] = [];
	page.on('request', (request) => paths.push(new URL(request.url()).pathname));
	return paths;
}

test('in production each page that is opened is counted once, and nobody who asks not to be', async ({
	browser,
	production: app
}) => {
	const page = await pageOf(app, browser);
	await page.goto(`${app.origin}/ideas`, { waitUntil: 'networkidle' });
	await page.getByRole('link', { name: 'Trash' }).first().click();
	await expect.poll(() => routes(app)).toEqual(['/(app)/ideas', '/(app)/trash']);

	const private_ = await pageOf(app, browser, { 'sec-gpc': '1' });
	const asked = requestsOf(private_);
	await private_.goto(`${app.origin}/ideas`, { waitUntil: 'networkidle' });
	await private_.getByRole('link', { name: 'Trash' }).first().click();
	await expect(private_.getByRole('heading', { name: 'Trash', exact: true })).toBeVisible();

	expect(asked).not.toContain('/api/views');
	expect(await routes(app)).toHaveLength(2);
	expect(await page.context().cookies()).toHaveLength(1);
});

test('what a page measured arrives when it is hidden, with its route and kind of device', async ({
	browser,
	production: app
}) => {
	const page = await pageOf(app, browser);
	const measuring = page.waitForResponse(
		async (response) =>
			response.request().resourceType() === 'script' &&
			(await response.text()).includes('/api/vitals')
	);
	await page.goto(`${app.origin}/ideas`);
	await measuring;
	await page.getByRole('link', { name: 'Trash' }).first().click();
	await expect(page.getByRole('heading', { name: 'Trash', exact: true })).toBeVisible();
	// Leaving would do, but what leaves with the page has the browser's own name, which here is a program's.
	await page.evaluate(() => {
		Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
		document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
	});

	// What was measured after going on inside belongs to the page that was loaded.
	const measured = () =>
		sql<Record<string, number | string>>(
			app,
			'SELECT route, device, lcp, inp, cls, fcp, ttfb FROM web_vitals'
		);
	await expect.poll(measured).toHaveLength(1);
	const figure = expect.any(Number);
	expect(await measured()).toEqual([
		{
			...{ route: '/(app)/ideas', device: 'desktop' },
			...{ lcp: figure, inp: figure, cls: figure, fcp: figure, ttfb: figure }
		}
	]);
});

test('an admin sees within five seconds that somebody is here, and nobody else sees it', async ({
	browser,
	production: app
}) => {
	const admin = await pageOf(app, browser, { 'sec-gpc': '1' });
	expect((await admin.goto(`${app.origin}/admin/analytics`))?.status()).toBe(404);
	await sql(app, `UPDATE users SET role = 'admin'`);
	await admin.goto(`${app.origin}/admin/analytics`);
	await expect(admin.locator('[data-online]')).toHaveText('0');
	await expect(admin.getByText('No page was looked at in this time.')).toBeVisible();

	const page = await pageOf(app, browser);
	await page.goto(`${app.origin}/ideas`, { referer: 'https://news.example/a?b' });
	await expect.poll(() => routes(app)).toHaveLength(1);
	await expect(admin.locator('[data-online]')).toHaveText('1', { timeout: 5_000 });

	await admin.reload();
	const pages = admin.getByRole('table', { name: 'Pages', exact: true });
	await expect(pages.getByRole('row', { name: /\/ideas/ })).toContainText('100%');
	const sites = admin.getByRole('table', { name: 'Where people came from', exact: true });
	await expect(sites.getByRole('row', { name: /news\.example/ })).toContainText('1 visitor');

	const download = admin.waitForEvent('download');
	await admin.getByRole('link', { name: 'Export CSV' }).click();
	const file = await readFile(await (await download).path(), 'utf8');
	expect(file).toContain('route,/(app)/ideas,1,1');
	expect(file).toContain('referrer,news.example,1,1');
});

test('a page that the browser kept whole is opened again when it comes back', async ({
	browser,
	production: app
}) => {
	const page = await pageOf(app, browser);
	await page.goto(`${app.origin}/ideas`, { waitUntil: 'networkidle' });
	await expect.poll(() => routes(app)).toHaveLength(1);

	await page.evaluate(() =>
		dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
	);

	await expect.poll(() => routes(app)).toEqual(['/(app)/ideas', '/(app)/ideas']);
});

test('elsewhere no page reports anything, and there is no address for it', async ({
	app,
	page,
	ada: _ada
}) => {
	const asked = requestsOf(page);
	const scripts: Promise<string>[] = [];
	page.on('response', (response) => {
		if (response.request().resourceType() === 'script') scripts.push(response.text());
	});

	await page.goto('/ideas', { waitUntil: 'networkidle' });

	expect(asked).not.toContain('/api/views');
	// Nor does it load what counts or measures.
	expect((await Promise.all(scripts)).join()).not.toMatch(/api\/(views|vitals)/);
	const response = await fetch(`${app.origin}/api/views`, {
		method: 'POST',
		headers: { origin: app.origin, 'content-type': 'text/plain' },
		body: JSON.stringify({ route: '/(app)/ideas' })
	});
	expect(response.status).toBe(404);
});
