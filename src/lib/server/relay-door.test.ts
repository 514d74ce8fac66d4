import { randomUUID } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import { beforeEach, expect, test, vi } from 'vitest';
import type { RelayLine } from '#protocol/events';
import { setEnvironment, testEnvironment } from '#tests/support/environment';
import { createAdmin } from '#tests/support/factories';
import { callerAs } from '#tests/support/procedures';
import { flushErrors, startErrorCollector } from './capture';
import { db } from './db';
import { flushLogStore, startLogStore } from './log-store';
import { answerPresence } from './relay-door';
import { clearSwitch, setSwitch } from './services/switches';

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
	await db.logLine.deleteMany();
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

test('who is online is believed, whatever becomes of an absence that is told with it', async () => {
	const warned = vi.spyOn(console, 'error').mockImplementation(() => undefined);
	const relayId = `machine8-${randomUUID()}`;
	await db.$executeRaw`ALTER TABLE alerts ADD CONSTRAINT shut CHECK (rule <> 'away') NOT VALID`;
	try {
		const absences = [{ fromMs: Date.now() - 600_000, untilMs: Date.now() - 60_000 }];
		const response = await post({ relayId, sequence: 5, absences });

		expect(response.status).toBe(200);
		expect(await response.json()).toEqual({ resend: true });
		expect(JSON.stringify(warned.mock.calls)).toContain('Absence of the app');
	} finally {
		await db.$executeRaw`ALTER TABLE alerts DROP CONSTRAINT shut`;
	}
	const beyond = { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER };
	expect((await post({ relayId, absences: [beyond] })).status).toBe(400);
});

/** A line as a relay tells of it. */
const plainly = { forSeconds: null, reason: '', confirmed: false };

const line = (given: Partial<RelayLine> = {}): RelayLine => ({
	...{ id: randomUUID(), atMs: Date.now() - 60_000, level: 'warn' },
	...{ message: 'Registry connection', fields: { name: 'bus', problem: 'ECONNREFUSED' } },
	...given
});

test('lines that a relay tells of are among the others, with its machine and its time, each once', async () => {
	const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
	startLogStore();
	const relayId = `machine7-${randomUUID()}`;
	const secret = line({ message: 'Odd redis://u:hunter2@redis.test', fields: { token: 'eyJ' } });
	const lines = [line(), line({ level: 'info', message: 'Relay listens' }), secret];

	expect((await post({ relayId, lines })).status).toBe(200);
	// Its answer was lost, so that it tells of them again.
	expect((await post({ relayId, lines })).status).toBe(200);
	await flushLogStore();

	const admin = callerAs(await createAdmin());
	const found = await admin.logs.list({ source: 'relay', text: 'machine7' });
	expect(found.lines).toHaveLength(3);
	expect(found.lines).toContainEqual(
		expect.objectContaining({
			...{ id: lines[0]?.id, at: new Date(lines[0]?.atMs ?? 0), level: 'warn', source: 'relay' },
			...{ message: 'Registry connection', release: '', requestId: null, userId: null },
			fields: JSON.stringify({ name: 'bus', problem: 'ECONNREFUSED', relay: relayId })
		})
	);
	expect(JSON.stringify(found.lines)).not.toMatch(/hunter2|eyJ/);
	// The relay has printed them itself.
	expect(warned).not.toHaveBeenCalled();
});

test('lines of a relay are kept while the switch says so, and only from a relay', async () => {
	startLogStore();
	const admin = await createAdmin();
	await setSwitch(admin, { name: 'logStore', value: false, ...plainly });
	await post({ lines: [line()] });
	await clearSwitch(admin, { name: 'logStore', reason: '' });

	expect((await post({ lines: [line()] }, 'x'.repeat(43))).status).toBe(401);
	expect((await post({ lines: Array.from({ length: 51 }, () => line()) })).status).toBe(400);
	await flushLogStore();

	expect(await db.logLine.count({ where: { source: 'relay' } })).toBe(0);
});

test('whoever is no relay makes none', async () => {
	const errors = [{ kind: 'Error', message: 'Made up', stack: '' }];

	expect((await post({ errors }, 'x'.repeat(43))).status).toBe(401);
	expect((await post({ errors: Array(11).fill(errors[0]) })).status).toBe(400);
	await flushErrors();

	expect(await db.errorGroup.count()).toBe(0);
});
