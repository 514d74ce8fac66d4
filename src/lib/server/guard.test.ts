import type { RequestEvent } from '@sveltejs/kit';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import { collectStatements } from '#tests/support/statements';
import { guardHandle } from './guard';
import { headersHandle } from './headers';

const OWN = 'http://localhost:3000';

/** What a request is answered, and the statements that it cost. */
async function ask(path: string, init: RequestInit = {}) {
	const event = eventOf(new Request(new URL(path, OWN), init));
	let reachedPage = false;
	let response = new Response();
	const page = async () => {
		reachedPage = true;
		return new Response('page');
	};
	const statements = await collectStatements(async () => {
		response = await headersHandle({
			event,
			resolve: () => guardHandle({ event, resolve: page })
		});
	});
	return { response, reachedPage, statements, text: await response.text() };
}

function eventOf(request: Request): RequestEvent {
	return {
		request,
		url: new URL(request.url),
		route: { id: null },
		params: {},
		locals: {},
		getClientAddress: () => '127.0.0.1',
		setHeaders: () => undefined
	} as unknown as RequestEvent;
}

describe('without one statement', () => {
	test.each([
		'/wp-login.php',
		'/blog/wp-admin/setup-config.php',
		'/.env',
		'/.env.production',
		'/app/.git/config',
		'/.aws/credentials',
		'/index.php?lang=../../etc',
		'/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
		'/backup.sql',
		'/phpMyAdmin/'
	])('%s is answered with 404', async (path) => {
		const { response, reachedPage, statements, text } = await ask(path);

		expect([response.status, reachedPage, statements.length]).toEqual([404, false, 0]);
		expect(text.length).toBeLessThan(100);
		expect(response.headers.get('x-content-type-options')).toBe('nosniff');
	});

	test('an address longer than any of ours is answered with 414', async () => {
		const { response, statements } = await ask(`/ideas?q=${'x'.repeat(LIMITS.urlChars)}`);

		expect([response.status, statements.length]).toEqual([414, 0]);
	});

	test.each([
		['PUT', '/ideas', 'GET, HEAD, POST'],
		['DELETE', '/', 'GET, HEAD, POST'],
		['OPTIONS', '/ideas', 'GET, HEAD, POST'],
		['PROPFIND', '/', 'GET, HEAD, POST'],
		['PATCH', '/api/trpc/ideas.list', 'GET, POST'],
		['POST', '/healthz', 'GET, HEAD'],
		['DELETE', '/readyz', 'GET, HEAD']
	])('%s of %s is answered with 405', async (method, path, allow) => {
		const { response, reachedPage, statements } = await ask(path, { method });

		expect([response.status, reachedPage, statements.length]).toEqual([405, false, 0]);
		expect(response.headers.get('allow')).toBe(allow);
	});

	test.each([
		[{ origin: 'https://evil.test' }],
		[{ origin: 'null' }],
		[{ origin: 'http://localhost:3001' }],
		[{ 'sec-fetch-site': 'cross-site' }],
		[{ 'sec-fetch-site': 'same-site' }]
	])('a call that changes something and comes with %j is refused', async (headers) => {
		const call = { method: 'POST', headers, body: '{}' };
		const { response, statements, text } = await ask('/api/trpc/ideas.create', call);
		const page = await ask('/ideas', call);

		expect([response.status, statements.length]).toEqual([403, 0]);
		expect(JSON.parse(text)).toHaveProperty('error');
		expect([page.response.status, page.statements.length]).toEqual([403, 0]);
	});

	test.each([
		['/api/trpc/ideas.create', LIMITS.apiBodyBytes + 1],
		['/ideas', LIMITS.formBodyBytes + 1]
	])('more than %s takes is refused', async (path, bytes) => {
		const headers = { 'content-length': String(bytes) };
		const { response, statements } = await ask(path, { method: 'POST', headers });

		expect([response.status, statements.length]).toEqual([413, 0]);
	});

	test.each(['/healthz', '/api/version'])('%s is answered', async (path) => {
		const { reachedPage, statements } = await ask(path);

		expect([reachedPage, statements.length]).toEqual([true, 0]);
	});
});

describe('let through', () => {
	test.each([
		[{ origin: OWN }],
		[{ origin: OWN, 'sec-fetch-site': 'same-origin' }],
		[{ 'sec-fetch-site': 'none' }],
		[{}]
	])('is a call of our own page or of a program, with %j', async (given) => {
		const headers = { 'content-type': 'application/json', ...given };
		const call = { method: 'POST', headers, body: '{}' };
		const { reachedPage } = await ask('/api/trpc/ideas.create', call);

		expect(reachedPage).toBe(true);
	});

	test.each(['/.well-known/security.txt', '/robots.txt', '/sitemap.xml', '/ideas/environment'])(
		'is %s',
		async (path) => {
			expect((await ask(path)).reachedPage).toBe(true);
		}
	);
});
