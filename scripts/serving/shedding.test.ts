import { once } from 'node:events';
import { Agent, createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { createShedding, nextShare } from './shedding.mjs';

afterEach(() => {
	vi.useRealTimers();
});

/** A server whose loop lags as it is told, and what it answers. */
async function serve() {
	let lagMs = 0;
	vi.useFakeTimers({ toFake: ['setInterval'] });
	const shed = createShedding(() => lagMs);
	const held: ServerResponse[] = [];
	let isHolding = false;
	const server = createServer((asked, response) => {
		if (shed(asked, response, asked.url ?? '/')) return;
		if (isHolding) held.push(response);
		else asked.resume().on('end', () => response.end());
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const agent = new Agent({ keepAlive: true, maxSockets: 20 });
	return {
		held,
		/** From now on nothing is answered, until it is. */
		hold() {
			isHolding = true;
		},
		answerAll() {
			isHolding = false;
			for (const response of held.splice(0)) response.end();
		},
		/** As if it lagged so for so many looks. */
		lag(ms: number, looks: number) {
			lagMs = ms;
			vi.advanceTimersByTime(looks * 250);
		},
		ask: (path: string, method = 'POST') =>
			new Promise<number | undefined>((resolve, reject) => {
				request({ agent, port, path, method }, (response) =>
					response.resume().on('end', () => resolve(response.statusCode))
				)
					.on('error', reject)
					.end(method === 'POST' ? 'x'.repeat(5_000) : undefined);
			}),
		async [Symbol.asyncDispose]() {
			agent.destroy();
			server.close();
			await once(server, 'close');
		}
	};
}

test('what is let in halves while the loop lags, never ends, and grows again step by step', () => {
	expect([nextShare(1, 101), nextShare(0.5, 400), nextShare(0.01, 400)]).toEqual([0.5, 0.25, 0.01]);
	expect([nextShare(0.5, 100), nextShare(0.97, 12)]).toEqual([0.55, 1]);
});

test('a process that keeps up takes every report', async () => {
	await using server = await serve();
	server.lag(99, 4);

	for (let n = 0; n < 20; n += 1) expect(await server.ask('/api/errors')).toBe(200);
});

test('one that does not takes its share, says when to come again, and lets everything else pass', async () => {
	let heard = 0;
	const hear = () => (heard += 1);
	(process as NodeJS.EventEmitter).on('coda:shed', hear);
	await using server = await serve();
	server.lag(300, 2);

	const answers: (number | undefined)[] = [];
	for (let n = 0; n < 20; n += 1) {
		answers.push(await server.ask(['/api/errors', '/api/views', '/api/vitals'][n % 3] ?? ''));
	}
	expect(answers.filter((status) => status === 200)).toHaveLength(5);
	expect(answers.filter((status) => status === 503)).toHaveLength(15);
	expect(heard).toBe(15);
	expect(await server.ask('/api/trpc/ideas.create')).toBe(200);
	expect(await server.ask('/api/relay/presence')).toBe(200);
	expect(await server.ask('/api/errors', 'GET')).toBe(200);

	server.lag(10, 20);
	for (let n = 0; n < 20; n += 1) expect(await server.ask('/api/errors')).toBe(200);
	process.off('coda:shed', hear);
});

test('no more than so many are in hand at once, however slow their answers are', async () => {
	await using server = await serve();
	server.hold();
	const first = Array.from({ length: 16 }, () => server.ask('/api/views'));
	await vi.waitFor(() => expect(server.held).toHaveLength(16));

	expect(await server.ask('/api/views')).toBe(503);
	server.answerAll();
	expect(await Promise.all(first)).toEqual(Array(16).fill(200));
	expect(await server.ask('/api/views')).toBe(200);
});
