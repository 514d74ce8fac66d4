import { startApp, type App } from '../support/app-server';
import { expect, test } from '../support/e2e';

/** What production asks for, with nothing behind it. */
const PRODUCTION = {
	CODA_TIER: 'production',
	AUTH_URL: 'https://coda.test',
	EMAIL_SERVER: 'smtp://127.0.0.1:9',
	PUBLIC_ENABLE_DEVMODE: 'false',
	OPERATOR_NAME: 'Workshop <Lovelace & Sons>',
	OPERATOR_CONTACT: 'post@coda.test'
};

test.describe('in production', () => {
	let served: App;

	test.beforeAll(async ({ app }) => {
		served = await startApp({ databaseUrl: app.databaseUrl, env: PRODUCTION });
	});

	test.afterAll(async () => {
		await served.stop();
	});

	test('the sitemap names public pages only, each with its day, and each is there', async () => {
		const response = await fetch(`${served.origin}/sitemap.xml`);
		const text = await response.text();

		expect(response.headers.get('content-type')).toContain('xml');
		const places = [
			...text.matchAll(/<loc>https:\/\/coda\.test(\/[^<]*)<\/loc><lastmod>\d{4}-\d\d-\d\d</g)
		].map(([, path]) => path ?? '');
		expect(places).toEqual(['/', '/terms', '/privacy', '/accessibility']);
		for (const path of places) expect((await fetch(served.origin + path)).status, path).toBe(200);
	});

	test('robots.txt lets them be found and nothing else', async () => {
		const text = await (await fetch(`${served.origin}/robots.txt`)).text();

		expect(text).toContain('Sitemap: https://coda.test/sitemap.xml');
		expect(text).toContain('Allow: /privacy$');
		expect(text).toMatch(/^Disallow: \/$/m);
		expect(text).not.toMatch(/Allow: \/(ideas|account|admin|sign-in)/);
	});

	test('a page that shared caches keep sets no cookie', async () => {
		for (const path of ['/terms', '/privacy', '/accessibility', '/robots.txt']) {
			const { headers } = await fetch(served.origin + path, {
				headers: { cookie: 'coda-session=whoever' }
			});
			expect(headers.get('cache-control'), path).toBe('public, max-age=0, s-maxage=60');
			expect(headers.getSetCookie(), path).toEqual([]);
		}
	});

	test('the legal pages name the operator, as text', async () => {
		const html = await (await fetch(`${served.origin}/privacy`)).text();

		expect(html).toContain('Workshop &lt;Lovelace &amp; Sons&gt;');
		expect(html).toContain('href="mailto:post@coda.test"');
	});

	test('link previews get absolute addresses', async () => {
		const html = await (await fetch(`${served.origin}/terms`)).text();

		expect(html).toContain(
			'<meta property="og:image" content="https://coda.test/pictures/social.png"'
		);
		expect(html).toContain('<link rel="canonical" href="https://coda.test/terms"');
	});
});

test('nothing of a development server is to be found', async ({ app }) => {
	expect(await (await fetch(`${app.origin}/robots.txt`)).text()).toBe(
		'User-agent: *\nDisallow: /\n'
	);
	expect((await fetch(`${app.origin}/sitemap.xml`)).status).toBe(404);
});

test.describe('without scripts', () => {
	test.use({ javaScriptEnabled: false, expectedErrors: [/404/] });

	test('terms and privacy are read, with their version, and by it', async ({ page }) => {
		for (const [path, title] of [
			['/terms', 'Terms of use'],
			['/privacy', 'Privacy']
		] as const) {
			await page.goto(path);
			await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
			const version = await page.locator('main time').first().getAttribute('datetime');
			expect((await page.goto(`${path}/${version}`))?.status()).toBe(200);
		}
		expect((await page.goto('/terms/1999-01-01'))?.status()).toBe(404);
	});
});

test.describe('the landing page', () => {
	test('says what Coda does, with two things to press and a picture of it', async ({ page }) => {
		await page.setViewportSize({ width: 1440, height: 900 });
		await page.goto('/');

		await expect(page.getByRole('heading', { level: 1 })).toBeInViewport();
		const picture = page.getByRole('img', { name: /board of Coda/ });
		await expect(picture).toBeInViewport();
		expect(await picture.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(0);
		const buttons = await page
			.locator('main .btn')
			.evaluateAll(
				(all) => all.filter((one) => one.getBoundingClientRect().top < window.innerHeight).length
			);
		expect(buttons).toBe(2);
	});

	test('moves nothing once it is there, and brings no script', async ({ page }) => {
		const scripts: string[] = [];
		page.on('response', (response) => {
			if (response.request().resourceType() === 'script') scripts.push(response.url());
		});
		await page.goto('/', { waitUntil: 'networkidle' });

		const shift = await page.evaluate(
			() =>
				new Promise<number>((resolve) => {
					new PerformanceObserver((list) => {
						const shifts = list.getEntries() as (PerformanceEntry & { value: number })[];
						resolve(shifts.reduce((sum, { value }) => sum + value, 0));
					}).observe({ type: 'layout-shift', buffered: true });
					requestAnimationFrame(() => requestAnimationFrame(() => resolve(0)));
				})
		);

		expect(shift).toBeLessThanOrEqual(0.001);
		expect(scripts).toEqual([]);
	});

	for (const [reducedMotion, moving] of [
		['reduce', false],
		['no-preference', true]
	] as const) {
		test(`${moving ? 'shows it moving' : 'stands still'} with ${reducedMotion}`, async ({
			page
		}) => {
			await page.emulateMedia({ reducedMotion });
			await page.goto('/', { waitUntil: 'networkidle' });

			const shown = await page
				.locator('img[data-moving]')
				.evaluate((one: HTMLImageElement) => one.currentSrc);

			expect(shown.includes('-moving'), shown).toBe(moving);
		});
	}
});
