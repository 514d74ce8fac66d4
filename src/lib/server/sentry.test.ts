import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createPerson } from '#tests/support/factories';
import { setEnvironment } from '#tests/support/environment';
import { db } from './db';
import { withRequestContext } from './request-context';

/** A Sentry that takes envelopes. */
const sentry = {
	status: 200,
	bodies: [] as string[],
	urls: [] as string[],
	headers: [] as IncomingHttpHeaders[]
};
let server: Server;

beforeAll(async () => {
	server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString()));
		request.on('end', () => {
			sentry.bodies.push(body);
			sentry.urls.push(request.url ?? '');
			sentry.headers.push(request.headers);
			response.writeHead(sentry.status).end('{}');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	setEnvironment({ SENTRY_DSN: `http://publickey@127.0.0.1:${port}/prefix/42` });
});

afterAll(() => server.close());

beforeEach(async () => {
	sentry.status = 200;
	for (const list of [sentry.bodies, sentry.urls, sentry.headers]) list.length = 0;
	await db.errorGroup.deleteMany();
	const { startErrorCollector } = await import('./capture');
	startErrorCollector();
});

async function capture(message: string, userId?: string) {
	const { captureException, flushErrors } = await import('./capture');
	withRequestContext({ requestId: 'request-1', route: '/(app)/ideas', userId }, () =>
		captureException(new RangeError(message), { tags: { feature: 'import' } })
	);
	await flushErrors();
}

test('with a DSN an envelope reaches Sentry, without addresses and secrets', async () => {
	const { userId, email } = await createPerson();

	await capture(`No idea of ${email} at https://u:hunter2@db.test`, userId);

	expect(sentry.urls).toEqual(['/prefix/api/42/envelope/']);
	expect(sentry.headers[0]?.['x-sentry-auth']).toContain('sentry_key=publickey');
	const [head, item, event] = (sentry.bodies[0] ?? '')
		.split('\n')
		.map((line) => JSON.parse(line) as Record<string, unknown>);
	expect(head).toMatchObject({ event_id: event?.event_id });
	expect(item).toEqual({ type: 'event' });
	expect(event).toMatchObject({
		event_id: expect.stringMatching(/^[0-9a-f]{32}$/),
		level: 'error',
		environment: 'development',
		release: 'development',
		transaction: '/(app)/ideas',
		tags: { feature: 'import', request: 'request-1' },
		user: { id: userId }
	});
	expect(JSON.stringify(event)).toContain('"function":"capture"');
	expect(sentry.bodies[0]).not.toContain(email);
	expect(sentry.bodies[0]).not.toContain('hunter2');
});

test('a Sentry that refuses changes nothing for what is kept here', async () => {
	sentry.status = 429;
	const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);

	await capture('Refused there');

	expect(await db.errorGroup.findMany()).toMatchObject([{ message: 'Refused there' }]);
	expect(said).toHaveBeenCalledTimes(1);
	said.mockRestore();
});

test('what is no DSN is said, and nothing is thrown', async () => {
	const { destinationOf } = await import('./sentry');

	expect(() => destinationOf('https://sentry.test/42')).toThrow();
	expect(() => destinationOf('https://key@sentry.test/')).toThrow();
	expect(destinationOf('https://key@o1.ingest.sentry.io/42')).toEqual({
		url: 'https://o1.ingest.sentry.io/api/42/envelope/',
		key: 'key'
	});
});
