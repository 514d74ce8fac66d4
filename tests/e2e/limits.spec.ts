import { createHash, randomInt } from 'node:crypto';
import { stringify } from 'devalue';
import { startApp, type App } from '../support/app-server';
import { expect, test as base } from '../support/e2e';
import { startRedis, type TestRedis } from '../support/redis';
import { startTcpProxy } from '../support/tcp-proxy';
import { startUpstash, type UpstashServer } from '../support/upstash-server';

/** Coda behind one proxy, so that each test can come from an address of its own. */
const test = base.extend<object, { proxied: App }>({
	proxied: [
		async ({ app: direct }, use) => {
			const { databaseUrl } = direct;
			const app = await startApp({ databaseUrl, env: { TRUSTED_PROXY_HOPS: '1' } });
			await warmUp(app);
			await use(app);
			await app.stop();
		},
		{ scope: 'worker' }
	]
});

/** A process that has just begun may need longer for its first statement than a counter is waited for. */
const warmUp = (app: App) =>
	expect.poll(async () => (await fetch(app.origin + list)).headers.has('ratelimit')).toBe(true);

const newAddress = () => `203.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
const input = encodeURIComponent(JSON.stringify(stringify({})));
const list = `/api/trpc/ideas.list?input=${input}`;

/** Windows begin at every tenth second; what is counted across two of them is counted in part. */
const earlyInWindow = () =>
	expect.poll(() => Date.now() % 10_000, { timeout: 12_000 }).toBeLessThan(5_000);

test('nobody’s eleventh call within ten seconds is refused, with the time to wait', async ({
	proxied
}) => {
	const headers = { 'x-forwarded-for': newAddress() };
	await earlyInWindow();

	const answers: Response[] = [];
	for (let i = 0; i < 11; i += 1) answers.push(await fetch(proxied.origin + list, { headers }));

	expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(401), 429]);
	expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"anonymous";q=10;w=10');
	expect(answers[0]?.headers.get('ratelimit')).toMatch(/^"anonymous";r=9;t=\d+$/);
	const last = answers.at(-1);
	expect(last?.headers.get('ratelimit')).toMatch(/^"anonymous";r=0;t=\d+$/);
	expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
	expect(Number(last?.headers.get('retry-after'))).toBeLessThanOrEqual(10);
	expect(await last?.text()).toMatch(/too often. Try again in \d+ second/);
});

test('each call of a batch counts', async ({ proxied }) => {
	const headers = { 'x-forwarded-for': newAddress() };
	const paths = Array.from({ length: 12 }, () => 'ideas.list').join(',');
	await earlyInWindow();

	const response = await fetch(
		`${proxied.origin}/api/trpc/${paths}?batch=1&input=${encodeURIComponent('{}')}`,
		{ headers }
	);

	const body = await response.text();
	expect(body.match(/"httpStatus":429|,429/g)?.length).toBeGreaterThanOrEqual(2);
	expect(response.headers.get('ratelimit')).toMatch(/^"anonymous";r=0/);
	expect((await fetch(proxied.origin + list, { headers })).status).toBe(429);
});

test('a forged forwarding header changes nothing about who is counted', async ({ proxied }) => {
	const real = newAddress();
	await earlyInWindow();

	const statuses = [];
	for (let i = 0; i < 11; i += 1) {
		const headers = { 'x-forwarded-for': `${newAddress()}, ${real}` };
		statuses.push((await fetch(proxied.origin + list, { headers })).status);
	}

	expect(statuses.at(-1)).toBe(429);
});

test('health is never limited', async ({ proxied }) => {
	const headers = { 'x-forwarded-for': newAddress() };

	const answers = await Promise.all(
		Array.from({ length: 40 }, (_, n) =>
			fetch(proxied.origin + (n % 2 ? '/healthz' : '/readyz'), { headers })
		)
	);

	for (const { status, headers } of answers) {
		expect(status).toBe(200);
		expect(headers.get('ratelimit')).toBeNull();
	}
});

test('a form is refused where it stands, with the sentence and what was typed', async ({
	proxied,
	browser
}) => {
	const context = await browser.newContext({
		baseURL: proxied.origin,
		javaScriptEnabled: false,
		extraHTTPHeaders: { 'x-forwarded-for': newAddress() }
	});
	const page = await context.newPage();
	let status = 200;
	for (let i = 0; i < 4; i += 1) {
		await page.goto('/sign-in');
		await page.getByLabel('E-mail').fill('ada@limits.test');
		const answered = page.waitForResponse((response) => response.request().method() === 'POST');
		await page.getByRole('button', { name: /send|link|continue/i }).click();
		const response = await answered;
		status = response.status();
		if (status === 429) expect(Number(response.headers()['retry-after'])).toBeGreaterThan(0);
	}

	expect(status).toBe(429);
	await expect(page.getByText(/too often. Try again in/)).toBeVisible();
	await expect(page.getByLabel('E-mail')).toHaveValue('ada@limits.test');
	await context.close();
});

test('what tries doors is answered without a session being looked for', async ({ app }) => {
	const { hostname, port } = new URL(app.databaseUrl);
	const line = await startTcpProxy({ host: hostname, port: Number(port) });
	const url = new URL(app.databaseUrl);
	url.port = String(line.port);
	const watched = await startApp({ databaseUrl: url.href });
	const headers = { cookie: 'coda-session=made-up' };
	/** What a session is looked for by. */
	const asked = createHash('sha256').update('made-up').digest('hex');
	try {
		for (const path of ['/wp-login.php', '/.env', '/.git/config', `/${'x'.repeat(9_000)}`]) {
			await fetch(watched.origin + path, { headers });
		}
		await fetch(`${watched.origin}/healthz`, { headers });
		await fetch(`${watched.origin}/api/trpc/ideas.create`, {
			method: 'POST',
			headers: { ...headers, origin: 'https://evil.test' },
			body: '{}'
		});
		expect(line.sentText()).not.toContain(asked);

		await fetch(`${watched.origin}/ideas`, { headers, redirect: 'manual' });
		expect(line.sentText()).toContain(asked);
	} finally {
		await watched.stop();
		await line.stop();
	}
});

base.describe('with Upstash', () => {
	let redis: TestRedis;
	let upstash: UpstashServer;
	let app: App;

	base.beforeAll(async () => {
		redis = await startRedis();
		upstash = await startUpstash(redis.url);
		app = await startApp({
			env: { UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: upstash.token }
		});
		await warmUp(app);
	});
	base.afterAll(async () => {
		await app.stop();
		await upstash.stop();
		await redis.stop();
	});

	base.setTimeout(60_000);

	base('limits are counted there; without it pages go on and readiness says so', async () => {
		await earlyInWindow();
		const statuses = [];
		for (let i = 0; i < 11; i += 1) statuses.push((await fetch(app.origin + list)).status);
		expect(statuses.at(-1)).toBe(429);
		expect(upstash.requests.flat()).toContain('evalsha');

		await redis.kill();
		const verbose = `${app.origin}/readyz?verbose`;
		const authorization = `Bearer ${app.cronSecret}`;
		const startedAt = performance.now();
		const page = await fetch(`${app.origin}/sign-in`);
		const took = performance.now() - startedAt;

		expect(page.status).toBe(200);
		expect(took).toBeLessThan(3_000);
		await expect
			.poll(async () => (await (await fetch(`${app.origin}/readyz`)).json()) as unknown, {
				timeout: 15_000
			})
			.toMatchObject({ status: 'degraded' });
		const ready = await fetch(`${app.origin}/readyz`);
		expect(ready.status).toBe(200);
		for (const check of ((await ready.json()) as { checks: object[] }).checks) {
			expect(Object.keys(check)).toEqual(['name', 'status']);
		}
		await expect
			.poll(
				async () => {
					// Whoever was refused is not asked for again until the window ends.
					for (let i = 0; i < 3; i += 1) await fetch(app.origin + list);
					return (await (await fetch(verbose, { headers: { authorization } })).json()) as unknown;
				},
				{ timeout: 30_000 }
			)
			.toMatchObject({
				features: { limits: 'upstash', tier: 'development' },
				checks: expect.arrayContaining([
					expect.objectContaining({ name: 'redis', status: 'degraded', error: 'Error' }),
					expect.objectContaining({
						name: 'limits',
						status: 'degraded',
						details: expect.objectContaining({ counter: 'upstash' })
					})
				])
			});
		const forged = await fetch(verbose, { headers: { authorization: 'Bearer guess' } });
		expect(await forged.json()).not.toHaveProperty('features');
	});
});
