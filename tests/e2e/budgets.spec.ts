import type { Page } from '@playwright/test';
import { createIdea, expect, sql, test } from '../support/e2e';

const KIB = 1_024;

/** Bytes of JavaScript that a page brings over the wire, compressed. */
async function scriptBytes(page: Page, path: string): Promise<number> {
	const session = await page.context().newCDPSession(page);
	await session.send('Network.enable');
	const scripts = new Set<string>();
	let bytes = 0;
	session.on('Network.responseReceived', ({ requestId, type, response }) => {
		const isScript = type === 'Script' || /javascript/.test(response.mimeType);
		if (isScript) scripts.add(requestId);
	});
	session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
		if (scripts.has(requestId)) bytes += encodedDataLength;
	});
	await page.goto(path, { waitUntil: 'networkidle' });
	return bytes;
}

test('the landing page brings at most 40 kB of JavaScript', async ({ page }) => {
	expect(await scriptBytes(page, '/')).toBeLessThanOrEqual(40 * KIB);
});

test('signing in brings at most 40 kB of JavaScript', async ({ page }) => {
	expect(await scriptBytes(page, '/sign-in')).toBeLessThanOrEqual(40 * KIB);
});

test('the board brings at most 90 kB of JavaScript', async ({ page, ada, app }) => {
	await createIdea(app, ada, 'Weighed');

	expect(await scriptBytes(page, '/ideas')).toBeLessThanOrEqual(90 * KIB);
});

test('an idea with its features brings at most 130 kB of JavaScript', async ({
	page,
	ada,
	app
}) => {
	const idea = await createIdea(app, ada, 'Weighed');

	expect(await scriptBytes(page, `/ideas/${idea}`)).toBeLessThanOrEqual(130 * KIB);
});

test('the board has nothing of a terminal', async ({ page, ada, app }) => {
	await createIdea(app, ada, 'Weighed');
	const scripts: Promise<string>[] = [];
	page.on('response', (response) => {
		if (response.request().resourceType() === 'script') scripts.push(response.text());
	});

	await page.goto('/ideas', { waitUntil: 'networkidle' });

	const all = (await Promise.all(scripts)).join();
	expect(all).toContain('/api/trpc');
	// Of the screen, the line, and the shapes of what goes over it.
	expect(all).not.toMatch(/xterm|coda\.v1|AES-GCM|jitless/);
});

test.describe('where there is no relay', () => {
	test.use({ expectedErrors: [/503/] });

	test('a terminal with everything under it brings at most 225 kB of JavaScript', async ({
		page,
		ada,
		app
	}) => {
		const [computer] = await sql<{ id: string }>(
			app,
			`INSERT INTO runners (id, user_id, name, hostname, platform, version, public_key, credential_hash)
		 VALUES (gen_random_uuid(), $1, 'Desk', 'desk.local', 'linux-x64', '0.1.0', '', gen_random_uuid())
		 RETURNING id`,
			[ada.id]
		);

		const bytes = await scriptBytes(page, `/devices/${computer?.id}`);

		expect(bytes).toBeLessThanOrEqual(225 * KIB);
	});
});

test('the fonts of the board weigh at most 60 kB', async ({ page, ada, app }) => {
	await createIdea(app, ada, 'Weighed');
	let bytes = 0;
	page.on('response', async (response) => {
		if (response.request().resourceType() === 'font') bytes += (await response.body()).length;
	});

	await page.goto('/ideas', { waitUntil: 'networkidle' });

	expect(bytes).toBeLessThanOrEqual(60 * KIB);
});
