import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { networkInterfaces } from 'node:os';
import { stringify } from 'devalue';
import { startApp } from '../support/app-server';
import { createIdea, createPerson, expect, signIn, sql, test } from '../support/e2e';

const DAY_MS = 86_400_000;

/** Calls with whatever Host one likes, which fetch does not allow. */
function statusWithHost(origin: string, path: string, host: string): Promise<number> {
	const { port } = new URL(origin);
	return new Promise((resolve, reject) => {
		httpRequest({ port, host: '127.0.0.1', path, headers: { host } }, (response) => {
			response.resume();
			resolve(response.statusCode ?? 0);
		})
			.on('error', reject)
			.end();
	});
}

test.describe('the cron endpoint', () => {
	const path = '/api/cron/purge-soft-deletes';

	test('purges what ran out and says how much', async ({ app, ada }) => {
		const gone = await createIdea(app, ada, 'Gone');
		const kept = await createIdea(app, ada, 'Kept');
		const deletedAt = new Date(Date.now() - 8 * DAY_MS);
		await sql(app, 'UPDATE ideas SET deleted_at = $2, undo_expires_at = $3 WHERE id = $1', [
			gone,
			deletedAt,
			new Date(deletedAt.valueOf() + 7 * DAY_MS)
		]);

		const response = await fetch(app.origin + path, {
			headers: { authorization: `Bearer ${app.cronSecret}` }
		});

		expect(response.status).toBe(200);
		const body = (await response.json()) as {
			success: boolean;
			deleted: number;
			timestamp: string;
		};
		expect(body).toMatchObject({ success: true, deleted: 1 });
		expect(new Date(body.timestamp).toISOString()).toBe(body.timestamp);
		expect(await sql(app, 'SELECT id FROM ideas WHERE owner_id = $1', [ada.id])).toEqual([
			{ id: kept }
		]);
	});

	for (const authorization of [
		undefined,
		'',
		'Bearer',
		'Bearer ',
		'Bearer undefined',
		'Bearer x'
	]) {
		test(`is closed to ${JSON.stringify(authorization)}`, async ({ app }) => {
			const response = await fetch(app.origin + path, {
				headers: authorization === undefined ? {} : { authorization }
			});

			expect(response.status).toBe(401);
			expect(await response.json()).toEqual({ error: 'Unauthorized' });
		});
	}

	for (const method of ['HEAD', 'POST', 'PUT', 'DELETE']) {
		test(`answers ${method} with 405`, async ({ app }) => {
			const headers = { authorization: `Bearer ${app.cronSecret}`, origin: app.origin };

			const response = await fetch(app.origin + path, { method, headers });

			expect(response.status).toBe(405);
			expect(response.headers.get('allow')).toBe('GET');
		});
	}

	test('knows no other task', async ({ app }) => {
		const response = await fetch(`${app.origin}/api/cron/constructor`, {
			headers: { authorization: `Bearer ${app.cronSecret}` }
		});

		expect(response.status).toBe(404);
	});
});

test.describe('headers', () => {
	test('of pages forbid framing, sniffing and foreign scripts', async ({ app, ada, context }) => {
		void ada;
		const response = await context.request.get(`${app.origin}/ideas`);

		const headers = response.headers();
		expect(headers['x-content-type-options']).toBe('nosniff');
		expect(headers['x-frame-options']).toBe('DENY');
		expect(headers['content-security-policy']).toMatch(/script-src [^;]*'nonce-/);
		expect(headers['content-security-policy']).toContain("default-src 'none'");
		expect(headers['content-security-policy']).not.toMatch(/script-src [^;]*unsafe/);
		expect(headers['cache-control']).toBe('no-store');
		expect(headers['x-request-id']).toMatch(/^[\w-]{8,}$/);
	});

	test('of the landing page let it be cached, and set no cookie', async ({ app }) => {
		const response = await fetch(`${app.origin}/`);

		expect(response.status).toBe(200);
		expect(response.headers.get('x-frame-options')).toBe('DENY');
		expect(response.headers.getSetCookie()).toEqual([]);
	});

	test('of hashed files are immutable', async ({ app, page }) => {
		await page.goto('/sign-in');
		const file = await page.locator('link[rel="stylesheet"]').first().getAttribute('href');

		const response = await fetch(new URL(file ?? '', `${app.origin}/sign-in`));

		expect(response.headers.get('cache-control')).toContain('immutable');
	});

	test('keep a request id that is harmless, and no other', async ({ app }) => {
		const ask = async (id: string) =>
			(await fetch(`${app.origin}/healthz`, { headers: { 'x-request-id': id } })).headers.get(
				'x-request-id'
			);

		expect(await ask('abc-12345678')).toBe('abc-12345678');
		expect(await ask('x'.repeat(500))).not.toContain('xxx');
		expect(await ask('<script>alert(1)</script>')).not.toContain('<');
	});
});

test.describe('the API', () => {
	test('tells nobody anything', async ({ app }) => {
		const response = await fetch(`${app.origin}/api/trpc/ideas.list?input=${query({})}`);

		expect(response.status).toBe(401);
	});

	test('changes nothing by GET', async ({ app, context, ada }) => {
		const id = await createIdea(app, ada, 'Safe');

		const response = await context.request.get(
			`${app.origin}/api/trpc/ideas.delete?input=${query({ id })}`
		);

		expect(response.status()).toBe(405);
	});

	test('refuses 3 MB', async ({ app, context, ada }) => {
		void ada;
		const response = await context.request.post(`${app.origin}/api/trpc/ideas.create`, {
			headers: { 'content-type': 'application/json' },
			data: JSON.stringify(stringify({ title: 'x'.repeat(3_000_000) }))
		});

		expect(response.status()).toBe(413);
		expect(await response.text()).toContain('PAYLOAD_TOO_LARGE');
	});

	test('refuses a batch of more calls than the page ever sends, however it is written', async ({
		context,
		app,
		ada
	}) => {
		void ada;
		for (const comma of [',', '%2C']) {
			const calls = Array.from({ length: 30 }, () => 'ideas.list').join(comma);

			const response = await context.request.get(
				`${app.origin}/api/trpc/${calls}?batch=1&input=${encodeURIComponent('{}')}`
			);

			expect(response.status(), comma).toBe(400);
		}
	});

	test('answers bad input with the field and 400, and never with a stack', async ({
		app,
		context,
		ada
	}) => {
		void ada;
		for (const data of [stringify({ title: '' }), 'not devalue', '{"0":{}}', '']) {
			const response = await context.request.post(`${app.origin}/api/trpc/ideas.create`, {
				headers: { 'content-type': 'application/json' },
				data: JSON.stringify(data)
			});

			const body = await response.text();
			expect(response.status(), data).toBe(400);
			expect(body).not.toMatch(/\bat .*\.js:|node_modules|"stack"/);
		}
	});

	test('limits who is not signed in, with the time to wait', async ({ app }) => {
		const ask = () => fetch(`${app.origin}/api/trpc/ideas.list?input=${query({})}`);
		let limited: Response | undefined;

		for (let i = 0; i < 12 && !limited; i += 1) {
			const response = await ask();
			if (response.status === 429) limited = response;
		}

		expect(limited?.status).toBe(429);
		expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0);
	});
});

test.describe('what is only for developers', () => {
	test('is not there under another name of the machine', async ({ app }) => {
		expect(await statusWithHost(app.origin, '/dev/inbox.json', new URL(app.origin).host)).toBe(200);
		expect(await statusWithHost(app.origin, '/dev/inbox.json', 'evil.test')).toBe(421);
	});
});

test('pages for developers stay on this machine, however their address is written', async ({
	app
}) => {
	const open = await startApp({ databaseUrl: app.databaseUrl, env: { HOST: '0.0.0.0' } });
	try {
		const { port } = new URL(open.origin);
		const address = Object.values(networkInterfaces())
			.flat()
			.find((one) => one?.family === 'IPv4' && !one.internal)?.address;
		// A machine without a network has no other address to be asked under.
		for (const path of ['/dev/inbox.json', '/%64ev/inbox.json', '/dev/inbox', '/%64%65%76/inbox']) {
			expect((await fetch(`http://localhost:${port}${path}`)).status, path).toBe(200);
			if (!address) continue;
			expect((await fetch(`http://${address}:${port}${path}`)).status, path).toBe(404);
		}
	} finally {
		await open.stop();
	}
});

test('Auth.js answers nothing by itself', async ({ app }) => {
	for (const path of [
		'signin',
		'callback/email?token=x',
		'session',
		'csrf',
		'providers',
		'signout'
	]) {
		expect((await fetch(`${app.origin}/auth/${path}`)).status, path).toBe(404);
	}
});

test('says that it lives, that it is ready and what it is', async ({ app }) => {
	const [live, ready, version] = await Promise.all(
		['/healthz', '/readyz', '/api/version'].map((path) => fetch(app.origin + path))
	);

	expect(live?.status).toBe(200);
	expect(await ready?.json()).toMatchObject({ status: 'up', checks: expect.any(Array) });
	expect(await version?.json()).toMatchObject({
		commit: expect.any(String),
		tier: 'development',
		schema: expect.stringMatching(/^\d/)
	});
});

test('serves whoever is signed in on localhost and on 127.0.0.1, forms included', async ({
	app,
	browser
}) => {
	const { port } = new URL(app.origin);
	const person = await createPerson(app);
	for (const host of ['localhost', '127.0.0.1']) {
		const origin = `http://${host}:${port}`;
		const context = await browser.newContext({ javaScriptEnabled: false });
		await signIn({ ...app, origin }, context, person);
		const page = await context.newPage();
		await page.goto(`${origin}/ideas`);
		await page.locator('[name="title"]').first().fill(`From ${host}`);
		await page.locator('[name="title"]').first().press('Enter');

		await expect(page.getByText(`From ${host}`).first()).toBeVisible();
		await context.close();
	}
});

const query = (input: unknown) => encodeURIComponent(JSON.stringify(stringify(input)));

test.describe('lists of the API', () => {
	test('are sent once, while nothing changes', async ({ app, ada, page }) => {
		await createIdea(app, ada, 'Engine');
		const address = `${app.origin}/api/trpc/ideas.list?input=${encodeURIComponent(JSON.stringify(stringify({})))}`;
		const ask = (tag = '') => page.request.get(address, { headers: { 'if-none-match': tag } });

		const first = await ask();
		const tag = first.headers().etag ?? '';
		const second = await ask(tag);
		await createIdea(app, ada, 'Loom');
		const third = await ask(tag);

		expect(tag).toMatch(/^W\/"/);
		expect([first.status(), second.status(), third.status()]).toEqual([200, 304, 200]);
		expect(await second.text()).toBe('');
		expect(await third.text()).toContain('Loom');
	});

	test('come from the primary for a while after a change, where there is a replica', async ({
		app,
		ada,
		context
	}) => {
		const { databaseUrl } = app;
		const second = await startApp({ databaseUrl, env: { DATABASE_REPLICA_URL: databaseUrl } });
		try {
			await signIn(second, context, ada);
			const post = (path: string, body: unknown) =>
				context.request.post(`${second.origin}/api/trpc/${path}`, {
					headers: { 'content-type': 'application/json', origin: second.origin },
					data: JSON.stringify(stringify(body))
				});

			const response = await post('ideas.create', { clientKey: randomUUID(), title: 'Engine' });
			const refused = await post('ideas.create', { title: '' });

			expect(response.headers()['set-cookie']).toMatch(/^coda-wrote=1; Max-Age=10; .*HttpOnly/);
			expect(refused.status()).toBe(400);
		} finally {
			await second.stop();
		}
	});
});
