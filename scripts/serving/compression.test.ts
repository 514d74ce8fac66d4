import { createServer, get, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createCompression } from './compression.mjs';

const servers: Server[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

const LONG = 'The same sentence again. '.repeat(200);
const page: RequestListener = (_, response) =>
	response
		.writeHead(200, {
			'content-type': 'text/html; charset=utf-8',
			'content-length': Buffer.byteLength(LONG),
			etag: '"abc"'
		})
		.end(LONG);

async function serve(answer: RequestListener): Promise<string> {
	const compress = createCompression();
	const server = createServer((request, response) =>
		compress(request, response, () => answer(request, response))
	);
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** What arrives, not decoded. */
function ask(url: string, headers: Record<string, string>, method = 'GET') {
	return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>(
		(resolve, reject) => {
			get(url, { method, headers, agent: false }, (response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.on('end', () =>
					resolve({
						status: response.statusCode ?? 0,
						headers: response.headers,
						body: Buffer.concat(chunks)
					})
				);
			}).on('error', reject);
		}
	);
}

const both = { 'accept-encoding': 'gzip, deflate, br' };

describe('an answer of the application', () => {
	test('goes out with Brotli, gzip or as it is, as the browser can', async () => {
		const url = await serve(page);

		const [brotli, gzip, plain] = [
			await ask(url, both),
			await ask(url, { 'accept-encoding': 'gzip' }),
			await ask(url, {})
		];

		expect(brotli.headers['content-encoding']).toBe('br');
		expect(brotliDecompressSync(brotli.body).toString()).toBe(LONG);
		expect(gzip.headers['content-encoding']).toBe('gzip');
		expect(gunzipSync(gzip.body).toString()).toBe(LONG);
		expect(plain.headers['content-encoding']).toBeUndefined();
		expect(plain.body.toString()).toBe(LONG);
		for (const { headers } of [brotli, gzip, plain]) expect(headers.vary).toBe('Accept-Encoding');
	});

	test('has a weak tag when it is compressed, and its own when it is not', async () => {
		const url = await serve(page);

		expect((await ask(url, both)).headers.etag).toBe('W/"abc"');
		expect((await ask(url, {})).headers.etag).toBe('"abc"');
	});

	test('answers HEAD and 304 without a body', async () => {
		const url = await serve((request, response) => {
			if (request.headers['if-none-match']) response.writeHead(304, { etag: '"abc"' }).end();
			else page(request, response);
		});

		const head = await ask(url, both, 'HEAD');
		const same = await ask(url, { ...both, 'if-none-match': '"abc"' });

		expect([head.status, head.headers['content-encoding'], head.body.length]).toEqual([
			200,
			undefined,
			0
		]);
		expect([same.status, same.headers['content-encoding'], same.body.length]).toEqual([
			304,
			undefined,
			0
		]);
	});

	test.each<[string, RequestListener]>([
		[
			'below a kilobyte',
			(_, response) =>
				response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 5 }).end('short')
		],
		[
			'that is compressed already',
			(_, response) =>
				response
					.writeHead(200, { 'content-type': 'text/css', 'content-encoding': 'zstd' })
					.end(LONG)
		],
		[
			'of a font',
			(_, response) => response.writeHead(200, { 'content-type': 'font/woff2' }).end(LONG)
		],
		[
			'that is a part',
			(_, response) => response.writeHead(206, { 'content-type': 'text/plain' }).end(LONG)
		],
		[
			'that asks not to be touched',
			(_, response) =>
				response
					.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-transform' })
					.end(LONG)
		]
	])('%s is left as it is', async (_, answer) => {
		const { headers } = await ask(await serve(answer), both);

		expect(['br', 'gzip']).not.toContain(headers['content-encoding']);
	});
});

test('a page that comes in parts arrives in parts', async () => {
	let goOn: (() => void) | undefined;
	const url = await serve((_, response) => {
		response.writeHead(200, { 'content-type': 'text/html' });
		response.write(LONG);
		goOn = () => response.end('the rest');
	});

	const first = await new Promise<Buffer>((resolve, reject) => {
		get(url, { headers: both, agent: false }, (response) => {
			response.once('data', resolve);
		}).on('error', reject);
	});
	goOn?.();

	// The rest was not yet written when this had arrived.
	expect(first.length).toBeGreaterThan(20);
});

describe('a page of somebody who is signed in', () => {
	test.each([
		['cross-site', undefined],
		['same-site', undefined],
		['same-origin', 'br'],
		['none', 'br']
	])('that was asked for from %s comes with %s', async (site, encoding) => {
		const headers = { ...both, cookie: 'coda-session=x', 'sec-fetch-site': site };

		const { headers: answered } = await ask(await serve(page), headers);

		expect(answered['content-encoding']).toBe(encoding);
	});

	test('nobody’s page is compressed, wherever it is asked from', async () => {
		const { headers } = await ask(await serve(page), { ...both, 'sec-fetch-site': 'cross-site' });

		expect(headers['content-encoding']).toBe('br');
	});
});
