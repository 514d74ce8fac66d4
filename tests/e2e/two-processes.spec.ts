import { randomUUID } from 'node:crypto';
import { startApp } from '../support/app-server';
import { agreeToDocuments, expect, newestMail, test } from '../support/e2e';
import { startLoadBalancer } from '../support/load-balancer';

test.setTimeout(60_000);

test('two processes that share a database are one Coda, whichever answers', async ({
	app: first,
	browser
}) => {
	const second = await startApp({ databaseUrl: first.databaseUrl });
	const balancer = await startLoadBalancer([first.origin, second.origin]);
	const context = await browser.newContext({ baseURL: balancer.origin });
	try {
		const page = await context.newPage();
		const email = `${randomUUID()}@example.com`;
		await page.goto('/sign-in');
		await page.getByLabel('E-mail').fill(email);
		await page.getByRole('button', { name: /send|link|continue/i }).click();
		await expect(page.getByText(email)).toBeVisible();
		const { links } = await newestMail(first, email);
		await page.goto(links[0] ?? '');
		await page.getByRole('button', { name: 'Sign in' }).click();
		await agreeToDocuments(page);
		await expect(page).toHaveURL(`${balancer.origin}/ideas`);

		for (const title of ['Analytical engine', 'Difference engine']) {
			await page.waitForLoadState('networkidle');
			await page.locator('input[name="title"]').fill(title);
			await page.locator('input[name="title"]').press('Enter');
			await expect(page.getByRole('link', { name: title })).toBeVisible();
		}
		const difference = page.getByRole('link', { name: 'Difference engine' });
		/** Changes show at once and are saved a moment later, so that a reload may come too early. */
		const bothAreSaved = () =>
			expect(async () => {
				await page.goto('/ideas', { waitUntil: 'networkidle' });
				await expect(page.locator('[data-row]')).toHaveCount(2);
			}).toPass();
		await bothAreSaved();

		await page.getByRole('button', { name: 'Star: Analytical engine', exact: true }).click();
		await expect(
			page.getByRole('button', { name: 'Super-star: Analytical engine', exact: true })
		).toBeVisible();
		const toTrash = async () => {
			await difference.hover();
			await page.getByRole('button', { name: 'Move to Trash: Difference engine' }).click();
			await expect(difference).toHaveCount(0);
		};
		await toTrash();
		await page.getByRole('button', { name: 'Undo' }).click();
		await expect(difference).toBeVisible();
		await toTrash();
		const restore = page.getByRole('button', { name: /^Restore.*Difference engine/ });
		await expect(async () => {
			await page.goto('/trash', { waitUntil: 'networkidle' });
			await expect(restore).toBeVisible();
		}).toPass();
		await restore.click();
		await expect(restore).toHaveCount(0);

		await bothAreSaved();
		for (const share of balancer.shares()) expect(share).toBeGreaterThan(5);
	} finally {
		await context.close();
		await balancer.stop();
		await second.stop();
	}
});
