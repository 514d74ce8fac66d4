import { once } from 'node:events';
import { createServer, get, Agent, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { shutDown } from './shutdown.mjs';

async function serve(listener: RequestListener) {
	const server = createServer(listener).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return { server, port: (server.address() as AddressInfo).port };
}

test('a request that is being answered is finished, and its connection closed', async () => {
	let finish = () => {};
	const { server, port } = await serve((_, response) => {
		finish = () => response.end('done');
		server.emit('asked');
	});
	const answered = once(get({ port, agent: new Agent({ keepAlive: true }) }), 'response');
	await once(server, 'asked');

	const ended = shutDown(server, 'SIGTERM');
	finish();

	const [response] = (await answered) as [IncomingMessage];
	expect(await response.toArray().then(String)).toBe('done');
	await ended;
	expect(server.listening).toBe(false);
});

test('the application is told why, and what it promises is waited for', async () => {
	const { server } = await serve((_, response) => response.end());
	const order: string[] = [];
	const listener = (event: { reason: string; waitUntil(work: Promise<unknown>): void }) => {
		order.push(event.reason);
		event.waitUntil(
			new Promise((resolve) => setTimeout(resolve, 30)).then(() => order.push('work'))
		);
	};
	(process as NodeJS.EventEmitter).once('sveltekit:shutdown', listener);

	await shutDown(server, 'SIGTERM');
	order.push('ended');

	expect(order).toEqual(['SIGTERM', 'work', 'ended']);
});
