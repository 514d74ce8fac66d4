import { startApp } from '../support/app-server';
import { createIdea, createPerson, expect, signIn, test as base } from '../support/e2e';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';

/** The application with a database connection that can be cut. */
const test = base.extend<object, { line: TcpProxy }>({
	line: [
		async ({ app: ready }, use) => {
			const { hostname, port } = new URL(ready.databaseUrl);
			const line = await startTcpProxy({ host: hostname, port: Number(port) });
			await use(line);
			await line.stop();
		},
		{ scope: 'worker' }
	]
});

test.use({ expectedErrors: [/503|Failed to load resource/] });

test('says what is wrong, tries again, loses nothing and recovers without a restart', async ({
	app: ready,
	line,
	page,
	context
}) => {
	const url = new URL(ready.databaseUrl);
	url.port = String(line.port);
	const app = await startApp({ databaseUrl: url.href });
	try {
		const ada = await createPerson({ ...app, databaseUrl: ready.databaseUrl });
		await createIdea({ ...app, databaseUrl: ready.databaseUrl }, ada, 'Still here');
		await signIn({ ...app, databaseUrl: ready.databaseUrl }, context, ada);
		await page.goto(`${app.origin}/ideas`);
		await expect(page.getByRole('link', { name: 'Still here' })).toBeVisible();

		await line.cut();
		const response = await page.goto(`${app.origin}/ideas`);
		const api = await context.request.get(`${app.origin}/api/trpc/ideas.list`);
		const [live, ready503, status] = await Promise.all([
			fetch(`${app.origin}/healthz`),
			fetch(`${app.origin}/readyz`),
			fetch(`${app.origin}/status`)
		]);

		expect(response?.status()).toBe(503);
		expect(response?.headers()['retry-after']).toBe('5');
		await expect(page.getByText(/tries again/i).first()).toBeVisible();
		expect(api.status()).toBe(503);
		expect(live.status).toBe(200);
		expect(ready503.status).toBe(503);
		expect([status.status, await status.text()]).toEqual([
			200,
			expect.stringContaining('Something does not work.')
		]);
		expect(await ready503.json()).toMatchObject({
			status: 'down',
			checks: expect.arrayContaining([{ name: 'database', status: 'down' }])
		});
		expect(app.output()).toContain('Database connection failed');
		expect(app.output()).not.toContain(url.password || 'postgresql://');

		await line.mend();

		// The page comes back by itself, and nobody was signed out.
		await expect(page.getByRole('link', { name: 'Still here' })).toBeVisible({ timeout: 20_000 });
	} finally {
		await app.stop();
	}
});
