import { randomUUID } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import { beforeEach, expect, test, vi } from 'vitest';
import { setEnvironment, testEnvironment } from '#tests/support/environment';
import { flushErrors, startErrorCollector } from './capture';
import { db } from './db';
import { answerPresence } from './relay-door';

// Nobody listens there: what relays have to hear is not what these tests are about.
setEnvironment({ PUBLIC_DEVMODE_RELAY_URL: 'ws://127.0.0.1:9', LOG_LEVEL: 'error' });

/** A report as it comes from a relay. */
const post = (report: object, secret = testEnvironment.RELAY_INTERNAL_SECRET) => {
	const request = new Request('http://localhost/api/relay/presence', {
		method: 'POST',
		headers: { authorization: `Bearer ${secret}` },
		body: JSON.stringify({
			relayId: randomUUID(),
			sequence: 0,
			leaving: false,
			changes: [],
			...report
		})
	});
	return answerPresence({ request, locals: { requestId: 'request-1' } } as RequestEvent);
};

beforeEach(async () => {
	await db.errorGroup.deleteMany();
	startErrorCollector();
});

test('errors that a relay tells of are in groups of their own, without their secrets', async () => {
	vi.spyOn(console, 'warn').mockImplementation(() => undefined);
	const stack = 'Error: redis://u:hunter2@redis.test\n    at open (/srv/relay/registry.ts:1:2)';
	const errors = [{ kind: 'Error', message: 'redis://u:hunter2@redis.test', stack }];

	expect((await post({ errors })).status).toBe(200);
	expect((await post({})).status).toBe(200);
	await flushErrors();

	const groups = await db.errorGroup.findMany({ include: { events: true } });
	expect(groups).toMatchObject([
		{ source: 'relay', count: 1n, culprit: 'open in relay/registry.ts', events: [{}] }
	]);
	expect(JSON.stringify(groups[0]?.events)).not.toContain('hunter2');
});

test('whoever is no relay makes none', async () => {
	const errors = [{ kind: 'Error', message: 'Made up', stack: '' }];

	expect((await post({ errors }, 'x'.repeat(43))).status).toBe(401);
	expect((await post({ errors: Array(11).fill(errors[0]) })).status).toBe(400);
	await flushErrors();

	expect(await db.errorGroup.count()).toBe(0);
});
