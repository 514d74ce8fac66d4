import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { makeCertificate } from '#tests/support/certificate';
import { certificateDays } from './certificates';

let server: Server | undefined;

afterEach(() => {
	server?.close();
});

/** Somebody who shows a certificate of one day. */
async function startServer(): Promise<number> {
	server = createServer(makeCertificate(), (socket) => socket.end());
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return (server.address() as AddressInfo).port;
}

describe('certificateDays', () => {
	test.each(['https', 'wss'])('reads when the certificate behind %s ends', async (scheme) => {
		const port = await startServer();

		const read = await certificateDays(`${scheme}://localhost:${port}/v1`);

		expect(read?.host).toBe(`localhost:${port}`);
		expect(read?.days).toBeCloseTo(1, 2);
	});

	test.each([undefined, '', 'http://localhost', 'ws://localhost:3100', 'no address'])(
		'has nothing to read behind %j',
		async (address) => {
			expect(await certificateDays(address)).toBeUndefined();
		}
	);

	test('says so when nobody answers', async () => {
		const port = await startServer();
		server?.close();

		await expect(certificateDays(`https://127.0.0.1:${port}`)).rejects.toThrow();
	});
});
