import { EventEmitter, once } from 'node:events';
import { Agent, createServer, request, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { createShedding, nextShare } from './shedding.mjs';

const host = '127.0.0.1';
const hear = vi.fn();

afterEach(() => {
	vi.useRealTimers();
	process.off('coda:shed', hear);
	hear.mockClear();
});

/** A server whose loop lags as it is told, and what it answers. */
async function serve() {
	let lagMs = 0;
	let turn = 0;
	// Reading and answering go by the real clock.
	vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout', 'clearTimeout'] });
	const shed = createShedding({
		lag: () => lagMs,
		// Each hundredth once, in turn.
		chance: () => ((turn += 1) % 100) / 100
	});
	const held: ServerResponse[] = [];
	let isHolding = false;
	const server = createServer((asked, response) => {
		if (shed(asked, response, asked.url ?? '/')) return;
		if (isHolding) held.push(response);
		else asked.resume().on('end', () => response.end());
	}).listen(0, host);
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const agent = new Agent({ keepAlive: true, maxSockets: 40 });
	const ask = (path: string, method = 'POST') =>
		new Promise<number | undefined>((resolve, reject) => {
			request({ agent, host, port, path, method }, (response) =>
				response.resume().on('end', () => resolve(response.statusCode))
			)
				.on('error', reject)
				.end(method === 'POST' ? 'x'.repeat(5_000) : undefined);
		});
	return {
		port,
		held,
		ask,
		/** What so many questions were answered with, one after the other, and how often. */
		async answers(path: string, times: number) {
			const counted: Record<string, number> = {};
			for (let n = 0; n < times; n += 1) {
				const status = String(await ask(path));
				counted[status] = (counted[status] ?? 0) + 1;
			}
			return counted;
		},
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
		async [Symbol.asyncDispose]() {
			agent.destroy();
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		}
	};
}

/** Waits by looking again and again, with the clock of timers stopped. */
async function until(isSo: () => boolean) {
	for (let n = 0; n < 5_000 && !isSo(); n += 1) await new Promise(setImmediate);
	expect(isSo()).toBe(true);
}

test('what is let in halves while the loop lags, never ends, and grows again step by step', () => {
	expect([nextShare(1, true), nextShare(0.5, true), nextShare(0.01, true)]).toEqual([
		0.5, 0.25, 0.01
	]);
	expect([nextShare(0.5, false), nextShare(0.97, false)]).toEqual([0.55, 1]);
});

test('a process that keeps up takes every report, also after one long task', async () => {
	await using server = await serve();
	server.lag(59, 4);
	expect(await server.answers('/api/errors', 100)).toEqual({ 200: 100 });

	server.lag(5_000, 2);
	server.lag(12, 1);
	expect(await server.answers('/api/errors', 100)).toEqual({ 200: 100 });
});

test('one that does not takes its share of each kind, and lets everything else pass', async () => {
	process.on('coda:shed' as never, hear);
	await using server = await serve();
	server.lag(300, 4);

	expect(await server.answers('/api/errors', 100)).toEqual({ 200: 25, 503: 75 });
	expect(await server.answers('/api/views', 100)).toEqual({ 200: 25, 503: 75 });
	expect(hear).toHaveBeenCalledTimes(150);
	expect(await server.answers('/api/trpc/ideas.create', 50)).toEqual({ 200: 50 });
	expect(await server.answers('/api/relay/presence', 50)).toEqual({ 200: 50 });
	expect(await server.ask('/api/errors', 'GET')).toBe(200);

	server.lag(10, 20);
	expect(await server.answers('/api/errors', 100)).toEqual({ 200: 100 });
});

test('no more of a kind than so many are in hand at once, and none of another waits for them', async () => {
	await using server = await serve();
	server.hold();
	const first = Array.from({ length: 4 }, () => server.ask('/api/views'));
	await until(() => server.held.length === 4);

	expect(await server.ask('/api/views')).toBe(503);
	const other = server.ask('/api/errors');
	await until(() => server.held.length === 5);
	server.answerAll();
	expect(await Promise.all([...first, other])).toEqual(Array(5).fill(200));
	expect(await server.answers('/api/views', 20)).toEqual({ 200: 20 });
});

test('reports that never come, or whose connection breaks behind another, hold no place for long', async () => {
	await using server = await serve();
	server.hold();
	const slow = connect(server.port, host);
	const head = (path: string) => `POST ${path} HTTP/1.1\r\nhost: coda\r\ncontent-length: 0\r\n\r\n`;
	slow.write(head('/slow') + head('/api/views').repeat(4));
	await until(() => server.held.length === 5);
	expect(await server.ask('/api/views')).toBe(503);
	slow.destroy();
	await until(() => server.held[0]?.socket?.destroyed ?? true);
	await new Promise(setImmediate);

	const stuck = Array.from({ length: 4 }, () => server.ask('/api/views'));
	await until(() => server.held.length === 9);
	expect(await server.ask('/api/views')).toBe(503);
	vi.advanceTimersByTime(5_000);
	server.answerAll();
	expect(await Promise.all(stuck)).toEqual(Array(4).fill(200));
	expect(await server.ask('/api/views')).toBe(200);
});

test('the lag of a loop is seen that one task after the other holds up', async () => {
	process.on('coda:shed' as never, hear);
	const shed = createShedding();
	const response = Object.assign(new EventEmitter(), {
		writeHead: () => ({ end: () => undefined })
	});
	const asked = { method: 'POST', socket: new EventEmitter() };
	const until = performance.now() + 10_000;
	while (hear.mock.calls.length === 0 && performance.now() < until) {
		const busyUntil = performance.now() + 200;
		while (performance.now() < busyUntil);
		await new Promise(setImmediate);
		shed(asked as never, response as never, '/api/views');
		response.emit('close');
	}
	expect(hear).toHaveBeenCalled();
});
