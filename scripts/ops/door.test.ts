import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { cron } from './cron.ts';
import { doorOf, knock } from './door.ts';
import { probe } from './probe.ts';
import { status } from './status.ts';

const asked: IncomingMessage[] = [];
const server = createServer((request, response) => {
	asked.push(request);
	if (request.url === '/elsewhere') return response.end('{}');
	if (request.headers.authorization !== 'Bearer right') return response.writeHead(401).end();
	if (request.url === '/plain') return response.end('not JSON');
	response.writeHead(307, { location: '/elsewhere' }).end();
});
let address = '';

beforeAll(async () => {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
	vi.unstubAllEnvs();
	asked.length = 0;
});
afterAll(() => server.close());

const COMMANDS = {
	probe: () => probe.run(['--url', address]),
	cron: () => cron.run(['list', '--url', address]),
	status: () => status.run(['--url', address])
};

test.each(Object.entries(COMMANDS))(
	'%s shows the secret to nobody that it is sent on to',
	async (_name, run) => {
		vi.stubEnv('CRON_SECRET', 'right');

		await expect(async () => run()).rejects.toThrow(/does not answer/);

		expect(asked.map(({ url }) => url)).not.toContain('/elsewhere');
		expect(asked).toHaveLength(1);
	}
);

test.each(Object.entries(COMMANDS))('%s says whose fault it is', async (_name, run) => {
	vi.stubEnv('CRON_SECRET', 'wrong');
	await expect(async () => run()).rejects.toThrow(/does not take the CRON_SECRET/);

	vi.stubEnv('CRON_SECRET', '');
	await expect(async () => run()).rejects.toMatchObject({
		...{ exitCode: 2, message: 'CRON_SECRET is not set here.' }
	});
});

test('where Coda is stands in the command or in the environment, and an answer need be no JSON', async () => {
	vi.stubEnv('CRON_SECRET', 'right');
	vi.stubEnv('AUTH_URL', '');
	vi.stubEnv('CODA_URL', '');
	expect(() => doorOf(undefined, 'Say where.')).toThrow('Say where.');
	vi.stubEnv('CODA_URL', address);

	const door = doorOf(undefined, 'Say where.');

	expect(door.url.href).toBe(`${address}/`);
	expect(await knock(door, '/plain')).toEqual({ status: 200, body: undefined });
	expect(asked[0]?.headers['user-agent']).toBe('coda-ops');
});
