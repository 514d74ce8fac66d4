import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startRedis, type TestRedis } from '#tests/support/redis';
import {
	connect,
	newIds,
	relaySecrets,
	startRelay,
	ticketsOf,
	type TestIds,
	type TestRelay
} from '#tests/support/relay';
import { runnerAddress } from '#protocol/addresses';
import { FRAME } from '#protocol/frames';
import { signTicket } from '#protocol/tickets';
import type { Log } from './log.ts';
import { RedisRegistry } from './redis-registry.ts';
import type { Elsewhere } from './registry.ts';

let redis: TestRedis;
let relays: TestRelay[];
let ids: TestIds;
/** What the relays have written. */
let said: object[];
beforeEach(async () => {
	redis = await startRedis();
	relays = [];
	said = [];
	ids = newIds();
});
afterEach(async () => {
	await Promise.all(relays.map((relay) => relay.stop()));
	await redis.stop();
});

/** A relay beside others; `onFly` is how Fly's proxy is in front of it. */
async function start(place: Elsewhere, onFly = false): Promise<TestRelay> {
	const registry = new RedisRegistry({
		...{ url: redis.url, tier: 'development', place, log: () => {} },
		answerMs: 1_000
	});
	const log: Log = (_level, message, fields) => said.push({ message, ...fields });
	const relay = await startRelay({ registry, log, addressSource: { onFly, proxyHops: 0 } });
	relays.push(relay);
	await expect.poll(() => registry.isReady).toBe(true);
	return relay;
}

/** Two relays, each with its own address. */
async function startTwo() {
	const a: TestRelay = await start({ machine: undefined, url: 'ws://a.test' });
	const b: TestRelay = await start({ machine: undefined, url: 'ws://b.test' });
	return { a, b };
}

describe('a viewer that comes to another relay than its runner', () => {
	test('is told where its runner is, may use the same ticket there, and types', async () => {
		const { a, b } = await startTwo();
		const tickets = ticketsOf(ids);
		const runner = await connect(a.url, tickets['runner-control']);
		await runner.said('ready');
		const ticket = await signTicket(tickets.writer, relaySecrets.ticket);

		const lost = await connect(b.url, tickets.writer, { ticket });
		expect(await lost.said('moved')).toEqual({ type: 'moved', url: 'ws://a.test' });
		expect(await lost.closed).toEqual({ code: 4503, reason: 'moved' });
		const found = await connect(a.url, tickets.writer, { ticket });
		const { channel } = await runner.said('join');
		await found.said('ready');
		found.send(FRAME.INPUT, 1, 'ls');

		expect(await runner.frame(FRAME.INPUT)).toMatchObject({ channel });
	});

	test('is handed on by Fly’s proxy, before it is a socket', async () => {
		const a = await start({ machine: '148ed', url: undefined }, true);
		const b = await start({ machine: '9080e', url: undefined }, true);
		const runner = await connect(a.url, ticketsOf(ids)['runner-control']);
		await runner.said('ready');

		const socket = new WebSocket(runnerAddress(b.url, ids.runnerId));
		socket.on('error', () => {});
		const [, response] = await once(socket, 'unexpected-response');

		expect(response.headers['fly-replay']).toBe('instance=148ed;timeout=3s;fallback=prefer_self');
	});

	test('is taken where it is when Fly could not hand it on', async () => {
		await start({ machine: '148ed', url: undefined }, true);
		const [a] = relays;
		const b = await start({ machine: '9080e', url: undefined }, true);
		const runner = await connect(a?.url ?? '', ticketsOf(ids)['runner-control']);
		await runner.said('ready');

		const headers = { 'fly-replay-failed': 'instance=148ed' };
		const viewer = await connect(b.url, ticketsOf(ids).viewer, { headers });

		// Its runner is elsewhere after all, so it is not kept waiting.
		expect(await viewer.closed).toEqual({ code: 4503, reason: 'moved' });
	});

	test('is led on when it waited and the runner came to the other one', async () => {
		const { a, b } = await startTwo();
		const viewer = await connect(b.url, ticketsOf(ids).viewer);
		expect(await viewer.said('ready')).toMatchObject({ runnerOnline: false });

		const runner = await connect(a.url, ticketsOf(ids)['runner-control']);
		await runner.said('ready');

		expect(await viewer.closed).toEqual({ code: 4503, reason: 'moved' });
	});
});

describe('two relays', () => {
	test('have one runner between them: the newer socket wins', async () => {
		// Without addresses nobody is led anywhere: both take it.
		const nowhere = { machine: undefined, url: undefined };
		const [a, b] = [await start(nowhere), await start(nowhere)];
		const older = await connect(a.url, ticketsOf(ids)['runner-control']);
		await older.said('ready');

		const newer = await connect(b.url, ticketsOf(ids)['runner-control']);
		await newer.said('ready');

		expect(await older.closed).toEqual({ code: 4409, reason: 'replaced' });
		await expect.poll(() => [a.rooms.online, b.rooms.online]).toEqual([0, 1]);
	});

	test('take a ticket once between them', async () => {
		const { a, b } = await startTwo();
		const { events } = ticketsOf(ids);
		const ticket = await signTicket(events, relaySecrets.ticket);

		const ends = await Promise.all(
			[a, b, a, b].map((relay) => connect(relay.url, events, { ticket }))
		);
		const outcomes = await Promise.all(
			ends.map((end) =>
				end.said('ready').then(
					() => 'ready',
					async () => (await end.closed).reason
				)
			)
		);

		expect(outcomes.toSorted()).toEqual(['ready', 'ticket-used', 'ticket-used', 'ticket-used']);
	});

	test('both hear what is posted at one, and refuse what was revoked at the other', async () => {
		const { a, b } = await startTwo();
		const tickets = ticketsOf(ids);
		const listener = await connect(b.url, tickets.events);
		await listener.said('ready');
		const runner = await connect(b.url, tickets['runner-control']);
		await runner.said('ready');
		await listener.said('notice');
		const atMs = Date.now();

		await a.post([
			{
				type: 'tell-people',
				people: [ids.personId],
				notice: { kind: 'job.changed', jobId: ids.sessionId }
			},
			{ type: 'revoked', target: { of: 'runner', id: ids.runnerId }, atMs }
		]);

		expect(await listener.said('notice')).toMatchObject({ notice: { kind: 'job.changed' } });
		expect(await runner.closed).toEqual({ code: 4403, reason: 'revoked' });
		const late = await connect(b.url, tickets.viewer, { nowMs: atMs - 2_000 });
		expect(await late.closed).toEqual({ code: 4401, reason: 'ticket-refused' });
	});

	test('know of a relay that stops: nobody is sent there any more', async () => {
		const { a, b } = await startTwo();
		const runner = await connect(a.url, ticketsOf(ids)['runner-control']);
		await runner.said('ready');

		await a.stop();
		relays = [b];

		expect((await runner.closed).code).toBe(1001);
		const again = await connect(b.url, ticketsOf(ids)['runner-control']);
		expect(await again.said('ready')).toMatchObject({ role: 'runner-control' });
	});
});

describe('without Redis', () => {
	test('terminals go on, nobody new is let in, and whoever asks is told so', async () => {
		const a = await start({ machine: undefined, url: 'ws://a.test' });
		const tickets = ticketsOf(ids);
		const runner = await connect(a.url, tickets['runner-control']);
		await runner.said('ready');
		const writer = await connect(a.url, tickets.writer);
		await writer.said('ready');
		const { channel } = await runner.said('join');

		await redis.kill();

		await expect.poll(async () => (await a.get('/readyz')).status).toBe(503);
		expect((await a.get('/healthz')).status).toBe(200);
		const late = await connect(a.url, tickets.viewer);
		expect(await late.closed).toEqual({ code: 4503, reason: 'unavailable' });
		expect(await a.post([{ type: 'revoked', target: { of: 'devmode' }, atMs: Date.now() }])).toBe(
			503
		);
		runner.send(FRAME.DATA, channel, 'goes on');
		expect(String((await writer.frame(FRAME.DATA)).body)).toBe('goes on');
	});
});

test('runners that have gone to another relay are one line of the relay that they have left', async () => {
	const { a, b } = await startTwo();
	const both = [ids, newIds()].map((one) => ticketsOf(one)['runner-control']);
	const here = await Promise.all(both.map((ticket) => connect(a.url, ticket)));
	for (const runner of here) await runner.said('ready');

	const there = await Promise.all(both.map((ticket) => connect(b.url, ticket)));
	for (const runner of there) await runner.said('ready');
	for (const runner of here) await runner.closed;
	await a.stop();
	relays = [b];

	const moves = said.filter((line) => JSON.stringify(line).includes('moved to another relay'));
	expect(moves).toEqual([{ message: 'Runners have moved to another relay', runners: 2 }]);
});
