import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { OutboundError, sendOutbound, type OutboundRequest } from './outbound';

const servers: Server[] = [];

afterEach(() => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

/** Somebody else's server, and how often it was reached. */
async function startServer(answer: RequestListener) {
	let visits = 0;
	const server = createServer((request, response) => {
		visits += 1;
		answer(request, response);
	});
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return { port, url: `http://127.0.0.1:${port}/hook`, visits: () => visits };
}

const byOperator = { namedBy: 'operator' } as const;

/** Why a request failed; `sent` when it did not. */
async function failureOf(url: string, request: OutboundRequest): Promise<string> {
	try {
		await sendOutbound(url, request);
		return 'sent';
	} catch (error) {
		if (!(error instanceof OutboundError)) throw error;
		return error.failure;
	}
}

describe('sendOutbound', () => {
	test('sends what it is given and brings back what is answered', async () => {
		const server = await startServer((request, response) => {
			request.setEncoding('utf8').on('data', (body: string) => {
				response.writeHead(202, { 'x-seen': request.headers['x-test'] }).end(`got ${body}`);
			});
		});

		const { status, headers, body } = await sendOutbound(server.url, {
			...byOperator,
			headers: { 'x-test': 'yes' },
			body: 'a letter'
		});

		expect([status, headers['x-seen'], body.toString()]).toEqual([202, 'yes', 'got a letter']);
	});

	test('answers also when the server refuses: what that means is for the caller', async () => {
		const server = await startServer((_, response) => response.writeHead(500).end('no'));

		expect(await sendOutbound(server.url, byOperator)).toMatchObject({ status: 500 });
	});

	test.each([301, 302, 303, 307, 308])('follows no redirect with %i', async (status) => {
		const inside = await startServer((_, response) => response.end('secret'));
		const server = await startServer((_, response) =>
			response.writeHead(status, { location: inside.url }).end()
		);

		expect(await failureOf(server.url, byOperator)).toBe('redirect');
		expect(inside.visits()).toBe(0);
	});

	test('stops reading a body that has no end', async () => {
		let closed: (() => void) | undefined;
		const hungUp = new Promise<void>((resolve) => (closed = resolve));
		const server = await startServer((_, response) => {
			response.on('close', () => closed?.());
			const more = () => {
				while (!response.destroyed && response.write('x'.repeat(65_536)));
			};
			response.on('drain', more);
			more();
		});

		expect(await failureOf(server.url, { ...byOperator, maxResponseBytes: 100_000 })).toBe(
			'too-large'
		);
		await hungUp;
	});

	test('sends no more than it may', async () => {
		const server = await startServer((_, response) => response.end());

		const request = { ...byOperator, body: 'é'.repeat(600), maxRequestBytes: 1_000 };

		expect(await failureOf(server.url, request)).toBe('too-large');
		expect(server.visits()).toBe(0);
	});

	test.each<[string, RequestListener]>([
		['never', () => undefined],
		[
			'a byte at a time',
			(_, response) => {
				const drip = setInterval(() => response.write('.'), 20);
				response.on('close', () => clearInterval(drip));
			}
		]
	])('waits no longer in all than it may for a server that answers %s', async (_, answer) => {
		const server = await startServer(answer);

		expect(await failureOf(server.url, { ...byOperator, timeoutMs: 200 })).toBe('timeout');
	});

	test('counts finding the address into that time', async () => {
		const request: OutboundRequest = {
			namedBy: 'person',
			timeoutMs: 100,
			resolve: () => new Promise(() => undefined)
		};

		expect(await failureOf('https://slow.test/', request)).toBe('timeout');
	});

	test('says when nobody is there', async () => {
		const resolve = () => Promise.reject(new Error('ENOTFOUND'));

		expect(await failureOf('http://127.0.0.1:1/', byOperator)).toBe('unreachable');
		expect(await failureOf('https://gone.test/', { namedBy: 'person', resolve })).toBe(
			'unreachable'
		);
		expect(
			await failureOf('https://empty.test/', { namedBy: 'person', resolve: async () => [] })
		).toBe('unreachable');
	});
});

describe('an address that a person named', () => {
	test.each([
		...['http://127.0.0.1/', 'http://2130706433/', 'http://0x7f.1/', 'http://[::1]/'],
		...['http://[::ffff:127.0.0.1]/', 'http://[64:ff9b::10.0.0.1]/', 'http://[2002:7f00:1::]/'],
		...['http://169.254.169.254/latest/meta-data', 'http://[fe80::1]/', 'http://100.64.0.1/'],
		...['http://192.168.0.1:8080/', 'http://0.0.0.0/', 'http://224.0.0.1/'],
		...['https://1.1.1.1:22/', 'https://1.1.1.1:5432/', 'https://user:pass@1.1.1.1/'],
		...['ftp://1.1.1.1/', 'file:///etc/passwd', 'javascript:alert(1)', 'not an address']
	])('is refused: %s', async (url) => {
		expect(await failureOf(url, { namedBy: 'person' })).toBe('address');
	});

	test.each([[['127.0.0.1']], [['1.1.1.1', '10.0.0.1']], [['::1', '2606:4700::1']]])(
		'is refused when its name leads to %j',
		async (addresses) => {
			const server = await startServer((_, response) => response.end());
			const resolve = async () => addresses;

			const failure = await failureOf(`http://hook.test:8080/${server.port}`, {
				namedBy: 'person',
				resolve
			});

			expect(failure).toBe('address');
			expect(server.visits()).toBe(0);
		}
	);
});

test('a name is resolved once, and the connection goes to what was checked then', async () => {
	const server = await startServer((request, response) => response.end(request.headers.host));
	const asked: string[] = [];
	const rebinding = async (hostname: string) => {
		asked.push(hostname);
		return asked.length === 1 ? ['127.0.0.1'] : ['169.254.169.254'];
	};

	const { body } = await sendOutbound(`http://hook.test:${server.port}/`, {
		...byOperator,
		resolve: rebinding
	});

	expect(asked).toEqual(['hook.test']);
	expect(body.toString()).toBe(`hook.test:${server.port}`);
});

test('not even the operator’s address leads to the metadata of a cloud', async () => {
	for (const url of ['http://169.254.169.254/', 'http://[::ffff:169.254.169.254]/']) {
		expect(await failureOf(url, byOperator)).toBe('address');
	}
});
