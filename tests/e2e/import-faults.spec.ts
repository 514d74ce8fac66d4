import { writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { startApp } from '../support/app-server';
import { findings } from '../support/axe';
import { createPerson, expect, open, signIn, sql, test } from '../support/e2e';
import { holdEarlierTexts } from '../support/held-rows';
import { startTcpProxy } from '../support/tcp-proxy';

// What is asked again while the first is still at work is a conflict that waits.
test.use({ expectedErrors: [/409|499|503|Failed to load resource/] });

const main = (page: Page) => page.locator('#main');
const importButton = (page: Page) =>
	main(page).getByRole('button', { name: 'Import', exact: true });
const OUTLINE = ['Kite', 'Boat', 'Clock'].map((title) => `# ${title}\n\n- One\n- Two\n`).join('\n');

const choose = (page: Page) =>
	main(page)
		.locator('input[type="file"]')
		.setInputFiles({ name: 'plan.md', mimeType: '', buffer: Buffer.from(OUTLINE) });

/** How many ideas and features somebody has. */
const countOf = async (app: { databaseUrl: string }, id: string) => {
	const [row] = await sql<{ ideas: number; features: number }>(
		app as Parameters<typeof sql>[0],
		`SELECT count(DISTINCT i.id)::int AS ideas, count(f.id)::int AS features
		 FROM ideas AS i LEFT JOIN features AS f ON f.idea_id = i.id WHERE i.owner_id = $1`,
		[id]
	);
	return row;
};

test('a server that is killed while it imports leaves nothing half, and the page brings it to its end', async ({
	app: ready,
	page,
	context
}) => {
	const ada = await createPerson(ready);
	const first = await startApp({ databaseUrl: ready.databaseUrl });
	const port = Number(new URL(first.origin).port);
	await signIn(first, context, ada);
	await open(page, `${first.origin}/ideas/import`);
	await choose(page);
	await expect(importButton(page)).toBeVisible();
	const held = await holdEarlierTexts(ready);
	// Everything is written by now, and nobody but the transaction sees it.
	await importButton(page).click();
	await held.waiting();
	await first.kill9();
	await expect(main(page).getByText('Coda cannot be reached at the moment.')).toBeVisible();
	expect(await countOf(ready, ada.id)).toEqual({ ideas: 0, features: 0 });

	const second = await startApp({ databaseUrl: ready.databaseUrl, port });
	try {
		await held.release();

		await expect(main(page).getByText('The file is imported: added 9, changed 0.')).toBeVisible({
			timeout: 40_000
		});
		expect(await countOf(ready, ada.id)).toEqual({ ideas: 3, features: 6 });
	} finally {
		await page.goto('about:blank');
		await second.stop();
	}
});

test('whoever comes back after such an end finds the file as it was, and nothing of it written', async ({
	app: ready,
	page,
	context
}) => {
	const ada = await createPerson(ready);
	const first = await startApp({ databaseUrl: ready.databaseUrl });
	const port = Number(new URL(first.origin).port);
	await signIn(first, context, ada);
	await open(page, `${first.origin}/ideas/import`);
	await choose(page);
	await expect(importButton(page)).toBeVisible();
	const held = await holdEarlierTexts(ready);
	await importButton(page).click();
	await held.waiting();
	await page.goto('about:blank');
	await first.kill9();

	const second = await startApp({ databaseUrl: ready.databaseUrl, port });
	try {
		await page.goto(`${first.origin}/ideas/import`);
		await expect(main(page).getByRole('progressbar', { name: 'Importing' })).toBeVisible();
		await held.release();

		await expect(main(page).getByText('nothing is written.')).toBeVisible();
		expect(await countOf(ready, ada.id)).toEqual({ ideas: 0, features: 0 });
		await importButton(page).click();
		await expect(main(page).getByText('The file is imported: added 9, changed 0.')).toBeVisible();
	} finally {
		await page.goto('about:blank');
		await second.stop();
	}
});

test('a database that is away while a file is sent, read and imported is waited for', async ({
	app: ready,
	page,
	context
}) => {
	const url = new URL(ready.databaseUrl);
	const line = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
	url.port = String(line.port);
	const app = await startApp({ databaseUrl: url.href });
	const waits = main(page).getByText('Coda cannot be reached at the moment.');
	try {
		const ada = await createPerson(ready);
		await signIn({ ...app, databaseUrl: ready.databaseUrl }, context, ada);
		await open(page, `${app.origin}/ideas/import`);

		await test.step('while it is sent', async () => {
			await line.cut();
			await choose(page);
			await expect(waits).toBeVisible();
			await line.mend();
			await expect(importButton(page)).toBeVisible({ timeout: 30_000 });
		});

		await test.step('while it is imported', async () => {
			const held = await holdEarlierTexts(ready);
			await importButton(page).click();
			await held.waiting();
			await line.cut();
			await expect(waits).toBeVisible();
			await held.release();
			await line.mend();
			await expect(main(page).getByText('The file is imported: added 9, changed 0.')).toBeVisible({
				timeout: 30_000
			});
			expect(await countOf(ready, ada.id)).toEqual({ ideas: 3, features: 6 });
		});
	} finally {
		await page.goto('about:blank');
		await app.stop();
		await line.stop();
	}
});

test('a file that has not arrived whole is named, and goes on where it broke off', async ({
	app,
	ada,
	page
}, testInfo) => {
	const path = testInfo.outputPath('plan.md');
	await writeFile(path, OUTLINE);
	const chooseSame = () => main(page).locator('input[type="file"]').setInputFiles(path);
	const sent: string[] = [];
	page.on('request', (request) => sent.push(new URL(request.url()).pathname));
	await open(page, '/ideas/import');
	await page.route('**/api/trpc/imports.read*', (route) => route.abort('connectionreset'));
	await chooseSame();
	await expect(main(page).getByText('Coda cannot be reached at the moment.')).toBeVisible();
	const imports = () => sql(app, 'SELECT id FROM imports WHERE user_id = $1', [ada.id]);
	const begun = await imports();
	// The page that is left would go on by itself.
	await page.goto('about:blank');
	await page.unroute('**/api/trpc/imports.read*');

	await open(page, '/ideas/import');
	await expect(main(page).getByText('“plan.md” has not arrived whole.')).toBeVisible();
	expect(await findings(page)).toEqual([]);
	await chooseSame();
	await expect(importButton(page)).toBeVisible();
	expect(await imports(), 'it is the same one').toEqual(begun);
	const pieces = sent.filter((one) => one.includes('imports.receive'));
	expect(pieces, 'no piece travels twice').toHaveLength(1);

	await main(page).getByRole('button', { name: 'Choose another file' }).click();
	await expect(main(page).getByText('Choose one or drop it here.')).toBeVisible();
	expect(await imports()).toEqual([]);
});
