import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { driveClock } from './clock.ts';
import { MemoryRegistry } from './registry.ts';

const server = createServer();
let asked: { path: string | undefined; authorization: string | undefined }[];
let status: number;
server.on('request', ({ url, headers }, response) => {
	asked.push({ path: url, authorization: headers.authorization });
	response.writeHead(status).end('{}');
});
beforeEach(async () => {
	asked = [];
	status = 200;
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
});
afterEach(async () => {
	server.close();
	server.closeAllConnections();
	await once(server, 'close');
});
const appUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test('the app’s clock is driven with the cron secret', async () => {
	const clock = { appUrl: appUrl(), cronSecret: 'of the clock', registry: new MemoryRegistry() };

	const stop = driveClock({ ...clock, log: () => {} });

	await expect
		.poll(() => asked)
		.toEqual([{ path: '/api/cron/tick', authorization: 'Bearer of the clock' }]);
	stop();
});

test('one of several relays drives it', async () => {
	const lines: string[] = [];
	const turns: string[] = [];
	class Busy extends MemoryRegistry {
		override async takeTurn(task: string): Promise<boolean> {
			turns.push(task);
			return turns.length === 2;
		}
	}
	const clock = { appUrl: appUrl(), cronSecret: 'of the clock', registry: new Busy() };
	status = 401;

	const stops = [1, 2, 3].map(() =>
		driveClock({ ...clock, log: (_level, message) => lines.push(message) })
	);

	await expect.poll(() => lines).toEqual(['Tick was refused']);
	expect([turns.length, asked.length]).toEqual([3, 1]);
	for (const stop of stops) stop();
});
