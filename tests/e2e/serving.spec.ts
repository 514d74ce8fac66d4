import { randomBytes } from 'node:crypto';
import { startApp, type App } from '../support/app-server';
import { createIdea, createPerson, expect, signIn, test as base } from '../support/e2e';

const secret = () => randomBytes(32).toString('base64');

/** Coda as it is served to others: at an https address, behind something that ends TLS. */
const test = base.extend<object, { served: App }>({
	served: [
		async ({ app }, use) => {
			const served = await startApp({
				databaseUrl: app.databaseUrl,
				env: {
					CODA_TIER: 'production',
					AUTH_URL: 'https://coda.test',
					AUTH_SECRET: secret(),
					CRON_SECRET: secret(),
					DEVMODE_JWT_SECRET: secret(),
					PUBLIC_ENABLE_DEVMODE: 'false',
					EMAIL_SERVER: 'smtp://127.0.0.1:1',
					LOG_LEVEL: 'error'
				}
			});
			await use(served);
			await served.stop();
		},
		{ scope: 'worker' }
	]
});

/** The headers that decide who may keep an answer. */
async function cachingOf(app: App, path: string, cookie = '') {
	const response = await fetch(app.origin + path, {
		redirect: 'manual',
		headers: { cookie, 'accept-encoding': 'gzip' }
	});
	return {
		status: response.status,
		caching: response.headers.get('cache-control'),
		cookies: response.headers.getSetCookie().length,
		text: await response.text()
	};
}

test('who may keep what: files for ever, public pages a minute, everything else nobody', async ({
	served,
	context
}) => {
	const ada = await createPerson(served);
	await createIdea(served, ada, 'Private');
	await signIn(served, context, ada);
	const [session] = await context.cookies();
	const signedIn = `__Host-coda-session=${session?.value}`;
	const landing = await cachingOf(served, '/');
	const asset = landing.text.match(/\/_app\/immutable\/[^"' ]+\.(js|css)/)?.[0] ?? '';

	const files = await cachingOf(served, asset, signedIn);
	expect(files).toMatchObject({ status: 200, cookies: 0 });
	expect(files.caching).toBe('public,max-age=31536000,immutable');

	for (const cookie of ['', signedIn]) {
		expect(await cachingOf(served, '/', cookie)).toMatchObject({
			status: 200,
			caching: 'public, max-age=0, s-maxage=60',
			cookies: 0,
			text: landing.text
		});
	}

	for (const path of ['/ideas', '/trash', '/sign-in', '/nowhere', '/healthz', '/readyz']) {
		for (const cookie of ['', signedIn]) {
			expect((await cachingOf(served, path, cookie)).caching, path).toBe('private, no-store');
		}
	}
	expect((await cachingOf(served, '/ideas', signedIn)).text).toContain('Private');
	expect((await cachingOf(served, '/api/trpc/ideas.list', signedIn)).caching).toBe(
		'private, no-store'
	);
});

test('a public page that has not changed is not sent again', async ({ served }) => {
	const tag = (await fetch(`${served.origin}/`)).headers.get('etag') ?? '';

	const again = await fetch(`${served.origin}/`, { headers: { 'if-none-match': tag } });

	expect(tag).not.toBe('');
	expect([again.status, await again.text()]).toEqual([304, '']);
});

test('pages, answers of the API and public pages are compressed; small ones are not', async ({
	served,
	context
}) => {
	const ada = await createPerson(served);
	for (let n = 0; n < 12; n += 1) await createIdea(served, ada, `An idea of some length, ${n}`);
	await signIn(served, context, ada);
	const [session] = await context.cookies();
	const encodingOf = async (path: string, more: Record<string, string> = {}) => {
		const response = await fetch(served.origin + path, {
			headers: {
				cookie: `__Host-coda-session=${session?.value}`,
				'accept-encoding': 'br, gzip',
				...more
			}
		});
		expect(response.status, path).toBe(200);
		expect((await response.text()).length).toBeGreaterThan(1);
		return {
			encoding: response.headers.get('content-encoding'),
			varies: /accept-encoding/i.test(response.headers.get('vary') ?? '')
		};
	};
	const list = `/api/trpc/ideas.list?input=${encodeURIComponent('"[{}]"')}`;

	expect(await encodingOf('/ideas')).toEqual({ encoding: 'br', varies: true });
	expect(await encodingOf('/ideas', { 'accept-encoding': 'gzip' })).toEqual({
		encoding: 'gzip',
		varies: true
	});
	expect(await encodingOf(list)).toEqual({ encoding: 'br', varies: true });
	expect(await encodingOf('/')).toEqual({ encoding: 'br', varies: true });
	expect(await encodingOf('/ideas', { 'accept-encoding': 'identity' })).toMatchObject({
		encoding: null
	});
	expect(await encodingOf('/api/version')).toMatchObject({ encoding: null });
	// Only another site could measure it letter by letter, so to another site it goes as it is.
	expect(await encodingOf('/ideas', { 'sec-fetch-site': 'cross-site' })).toMatchObject({
		encoding: null
	});
});
