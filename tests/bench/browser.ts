import { chromium, type BrowserContext, type Page } from '@playwright/test';
import type { App } from '../support/app-server.ts';

/** Opens a page of the app as someone who is signed in, and closes the browser when it has been used. */
export async function inBrowser<T>(
	{ app, browserPath, cookie }: { app: App; browserPath: string | undefined; cookie: string },
	use: (page: Page, context: BrowserContext) => Promise<T>
): Promise<T> {
	const browser = await chromium.launch({
		executablePath: browserPath,
		args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
	});
	try {
		const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
		await context.addCookies([
			{ name: 'coda-session', value: cookie, url: app.origin, httpOnly: true }
		]);
		const page = await context.newPage();
		// What runs TypeScript names functions through this, and the page has none.
		await page.addInitScript('globalThis.__name = (named) => named');
		return await use(page, context);
	} finally {
		await browser.close();
	}
}
