import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { LogDrain } from './log-drain';

const servers: Server[] = [];

/** An endpoint that keeps what it gets and answers with `status()`. */
async function startSink(status: () => number) {
	const bodies: string[] = [];
	const dropped: number[] = [];
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString()));
		request.on('end', () => {
			const answer = status();
			if (answer < 300) {
				bodies.push(body);
				dropped.push(Number(request.headers['x-dropped-lines']));
			}
			response.writeHead(answer).end();
		});
	});
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}/`, bodies, dropped };
}

afterEach(() => {
	for (const server of servers.splice(0)) server.close();
});

describe('LogDrain', () => {
	test('sends lines in batches, in order', async () => {
		const sink = await startSink(() => 200);
		const drain = new LogDrain(sink.url);
		for (let i = 0; i < 250; i += 1) drain.push(`{"n":${i}}`);

		await drain.flush();
		await drain.flush();

		const lines = sink.bodies.join('').trim().split('\n');
		expect(lines).toHaveLength(250);
		expect(lines[249]).toBe('{"n":249}');
		expect(sink.bodies).toHaveLength(2);
	});

	test('sends all that is buffered before the process ends', async () => {
		const sink = await startSink(() => 200);
		const drain = new LogDrain(sink.url);
		for (let i = 0; i < 450; i += 1) drain.push(`{"n":${i}}`);

		await drain.drain();

		expect(sink.bodies).toHaveLength(3);
		expect(sink.bodies.join('').trim().split('\n').at(-1)).toBe('{"n":449}');
	});

	test('ends with the first batch that is refused', async () => {
		let asked = 0;
		const sink = await startSink(() => ((asked += 1) === 1 ? 200 : 500));
		const drain = new LogDrain(sink.url);
		for (let i = 0; i < 700; i += 1) drain.push(`${i}`);

		await drain.drain();

		expect(asked).toBe(2);
		expect(sink.bodies).toHaveLength(1);
	});

	test('keeps lines that were refused and sends them once the endpoint is back', async () => {
		let status = 500;
		const sink = await startSink(() => status);
		const drain = new LogDrain(sink.url);
		drain.push('one');
		await drain.flush();
		drain.push('two');
		status = 200;

		await drain.flush();

		expect(sink.bodies).toEqual(['one\ntwo\n']);
	});

	test('drops the oldest when it cannot get rid of them, and says how many', async () => {
		let status = 503;
		const sink = await startSink(() => status);
		const drain = new LogDrain(sink.url);
		for (let i = 0; i < 5_100; i += 1) drain.push(`${i}`);
		await drain.flush();

		expect(drain.dropped).toBe(100);
		status = 200;
		await drain.flush();

		expect(sink.bodies[0]?.split('\n')[0]).toBe('100');
		expect(sink.dropped).toEqual([100]);
	});

	test('asks an endpoint that is down for an hour less and less often, and holds no more than it may', async () => {
		let asked = 0;
		let status = 503;
		const sink = await startSink(() => ((asked += 1), status));
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
		const until = Date.now() + 3_600_000;
		const drain = new LogDrain(sink.url);
		for (let n = 0; Date.now() < until; n += 1) {
			for (let line = 0; line < 100; line += 1) drain.push(`${n} ${line}`);
			vi.advanceTimersToNextTimer();
			// Joins what the timer began.
			await drain.flush();
		}
		const [duringOutage, dropped] = [asked, drain.dropped];

		status = 200;
		await drain.drain();
		vi.useRealTimers();

		expect(duringOutage).toBeGreaterThan(100);
		expect(duringOutage).toBeLessThan(460);
		const lines = sink.bodies.join('').trim().split('\n');
		expect(lines).toHaveLength(5_000);
		expect(sink.dropped[0]).toBe(dropped);
	});

	test('is not in the way when nobody listens', async () => {
		const drain = new LogDrain('http://127.0.0.1:1/');
		drain.push('lost for now');

		await expect(drain.flush()).resolves.toBeUndefined();
	});
});
