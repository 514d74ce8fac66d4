import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
	connect,
	connectPair,
	newIds,
	relaySecrets,
	startRelay,
	TestEnd,
	ticketsOf,
	type ConnectOptions,
	type TestIds,
	type TestRelay
} from '#tests/support/relay';
import { eventsAddress, runnerAddress } from '#protocol/addresses';
import { FRAME } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import { signTicket, type TicketRequest } from '#protocol/tickets';
import { PROTOCOL_VERSION } from '#protocol/version';

let relay: TestRelay;
let ids: TestIds;
beforeEach(async () => {
	relay = await startRelay();
	ids = newIds();
});
afterEach(() => relay.stop());

/** The status that a request for a socket is refused with. */
async function refusedWith(path: string, options = {}): Promise<number> {
	const socket = new WebSocket(`${relay.url}${path}`, options);
	socket.on('error', () => {});
	const [, response] = await once(socket, 'unexpected-response');
	return response.statusCode;
}

describe('a runner and its viewers', () => {
	test('carry a keystroke and its echo', async () => {
		const { runner, writer, channel } = await connectPair(relay.url);

		writer.send(FRAME.INPUT, 1, 'l');
		const input = await runner.frame(FRAME.INPUT);
		runner.send(FRAME.DATA, channel, 'l');
		const echo = await writer.frame(FRAME.DATA);

		expect([input.channel, String(input.body)]).toEqual([channel, 'l']);
		expect([echo.channel, String(echo.body)]).toEqual([1, 'l']);
	});

	test('keep their order and every byte, in frames of every size', async () => {
		const { runner, writer, channel } = await connectPair(relay.url);
		const sizes = [0, 1, 100, 8_192, 32_768, WIRE.frameBytes - 5];

		for (const [index, size] of sizes.entries()) {
			runner.send(FRAME.DATA, channel, Buffer.alloc(size, index));
			writer.send(FRAME.INPUT, 1, Buffer.alloc(size, index));
		}

		for (const [index, size] of sizes.entries()) {
			const expected = Buffer.alloc(size, index);
			expect(expected.equals((await writer.frame(FRAME.DATA)).body)).toBe(true);
			expect(expected.equals((await runner.frame(FRAME.INPUT)).body)).toBe(true);
		}
	});

	test('see nothing of one another, nor of other people', async () => {
		const { runner, writer, channel, tickets } = await connectPair(relay.url);
		const second = await connect(relay.url, tickets.viewer);
		const { channel: other } = await runner.said('join');
		const stranger = await connectPair(relay.url);
		await second.said('ready');

		runner.send(FRAME.DATA, channel, 'for the first');
		runner.send(FRAME.DATA, other, 'for the second');
		runner.send(FRAME.DATA, 4_000_000_000, 'for nobody');
		stranger.runner.send(FRAME.DATA, channel, 'of a stranger');

		expect(String((await writer.frame(FRAME.DATA)).body)).toBe('for the first');
		expect(String((await second.frame(FRAME.DATA)).body)).toBe('for the second');
		expect(String((await stranger.writer.frame(FRAME.DATA)).body)).toBe('of a stranger');
		expect([writer.waiting, second.waiting]).toEqual([[], []]);
	});

	test('are told when the other is gone, and a number is never given twice', async () => {
		const { runner, writer, channel, tickets } = await connectPair(relay.url);

		writer.close();
		expect(await runner.said('leave')).toEqual({ type: 'leave', channel });
		const again = await connect(relay.url, tickets.writer);
		expect(await again.said('ready')).toMatchObject({ runnerOnline: true });
		expect((await runner.said('join')).channel).not.toBe(channel);
		runner.close();

		expect(await again.said('runner')).toEqual({ type: 'runner', online: false });
	});

	test('meet when the viewer was first, and again when the runner comes back', async () => {
		const tickets = ticketsOf(ids);
		const viewer = await connect(relay.url, tickets.viewer);
		expect(await viewer.said('ready')).toMatchObject({ role: 'viewer', runnerOnline: false });

		for (let round = 0; round < 2; round++) {
			const runner = await connect(relay.url, tickets['runner-control']);
			expect(await runner.said('join')).toMatchObject({ role: 'viewer', sessionId: ids.sessionId });
			expect(await viewer.said('runner')).toMatchObject({ online: true });
			runner.close();
			expect(await viewer.said('runner')).toMatchObject({ online: false });
		}
	});

	test('do not meet where they belong to different people', async () => {
		const mine = ticketsOf(ids);
		const theirs = ticketsOf({ ...newIds(), runnerId: ids.runnerId });
		const runner = await connect(relay.url, mine['runner-control']);
		await runner.said('ready');

		const stranger = await connect(relay.url, theirs.writer);

		expect(await stranger.closed).toEqual({ code: 4404, reason: 'not-yours' });
		expect(runner.waiting.filter(({ type }) => type === 'join')).toEqual([]);
	});

	test('do not meet either where the stranger has waited', async () => {
		const stranger = await connect(
			relay.url,
			ticketsOf({ ...newIds(), runnerId: ids.runnerId }).writer
		);
		await stranger.said('ready');

		const runner = await connect(relay.url, ticketsOf(ids)['runner-control']);

		expect(await stranger.closed).toEqual({ code: 4404, reason: 'not-yours' });
		await runner.said('ready');
		expect(runner.waiting).toEqual([]);
	});

	test('have one runner: the newer socket wins, and the older one’s end changes nothing', async () => {
		const { runner, writer, tickets } = await connectPair(relay.url);

		const newer = await connect(relay.url, tickets['runner-control']);
		expect(await runner.closed).toEqual({ code: 4409, reason: 'replaced' });
		const { channel } = await newer.said('join');
		newer.send(FRAME.DATA, channel, 'still here');

		expect(String((await writer.frame(FRAME.DATA)).body)).toBe('still here');
		expect(relay.rooms.online).toBe(1);
	});

	test('end where the runner lets a viewer go', async () => {
		const { runner, writer, channel } = await connectPair(relay.url);

		runner.say({ type: 'drop', channel });

		expect(await writer.closed).toEqual({ code: 4499, reason: 'let-go' });
		expect(await runner.said('leave')).toEqual({ type: 'leave', channel });
	});
});

describe('a hello', () => {
	type Case = [string, string, (end: TestEnd) => void];
	test.each<Case>([
		['is not JSON', '4400 hello-broken', (end) => end.say('{')],
		['is JSON of something else', '4400 hello-broken', (end) => end.say([])],
		['has no ticket', '4400 hello-broken', (end) => end.say({ type: 'hello', version: 1 })],
		['is binary', '4400 hello-broken', (end) => end.send(FRAME.PING, 0, 'x')],
		['is empty', '4400 hello-broken', (end) => end.say('')],
		['has 9,000 bytes', '4413 frame-too-large', (end) => end.say('x'.repeat(9_000))],
		['has a megabyte', '1009 ', (end) => end.say('x'.repeat(1_000_000))],
		[
			'is of a future version',
			'4412 version-unknown',
			(end) => end.say({ type: 'hello', version: PROTOCOL_VERSION + 1, ticket: 'x' })
		],
		[
			'is of a version before all',
			'4412 version-unknown',
			(end) => end.say({ type: 'hello', version: 0, ticket: 'x' })
		],
		[
			'brings no ticket of ours',
			'4401 ticket-refused',
			(end) => end.say({ type: 'hello', version: 1, ticket: 'a.b.c' })
		],
		[
			'is said twice',
			'4400 hello-broken',
			(end) => {
				end.say({ type: 'hello', version: 1, ticket: 'a.b.c' });
				end.say({ type: 'hello', version: 1, ticket: 'a.b.c' });
			}
		],
		[
			'is followed by a frame before ready',
			'4400 hello-broken',
			(end) => {
				end.say({ type: 'hello', version: 1, ticket: 'a.b.c' });
				end.send(FRAME.INPUT, 1, 'ls');
			}
		]
	])('that %s is answered with %s', async (_name, expected, say) => {
		const end = new TestEnd(runnerAddress(relay.url, ids.runnerId));
		await once(end.socket, 'open');

		say(end);

		const { code, reason } = await end.closed;
		expect(`${code} ${reason}`).toBe(expected);
	});

	test('that never comes is waited for five seconds', async () => {
		const end = new TestEnd(runnerAddress(relay.url, ids.runnerId));

		expect(await end.closed).toEqual({ code: 4408, reason: 'hello-late' });
	});

	type Refused = [string, (ids: TestIds) => TicketRequest, ConnectOptions];
	test.each<Refused>([
		['under another secret', (of) => ticketsOf(of).writer, { secret: 'their secret' }],
		['for another tier', (of) => ({ ...ticketsOf(of).writer, aud: 'preview' }), {}],
		['from five minutes ago', (of) => ticketsOf(of).writer, { nowMs: Date.now() - 300_000 }],
		['from five minutes ahead', (of) => ticketsOf(of).writer, { nowMs: Date.now() + 300_000 }]
	])('with a ticket %s is refused', async (_name, request, options) => {
		const end = await connect(relay.url, request(ids), options);

		expect(await end.closed).toEqual({ code: 4401, reason: 'ticket-refused' });
	});

	test.each([
		['for a runner is refused at another runner', 'writer', runnerAddress],
		['for a runner is refused at the events', 'writer', eventsAddress],
		['for the events is refused at a runner', 'events', runnerAddress]
	] as const)('with a ticket %s', async (_name, role, address) => {
		const end = new TestEnd(address(relay.url, newIds().runnerId));
		await once(end.socket, 'open');

		const ticket = await signTicket(ticketsOf(ids)[role], relaySecrets.ticket);
		end.say({ type: 'hello', version: 1, ticket });

		expect(await end.closed).toEqual({ code: 4401, reason: 'ticket-refused' });
	});

	test('with the secret that was replaced is taken', async () => {
		const end = await connect(relay.url, ticketsOf(ids).writer, {
			secret: relaySecrets.previousTicket
		});

		expect(await end.said('ready')).toMatchObject({ version: PROTOCOL_VERSION, role: 'writer' });
	});

	test('with a ticket that was used is refused, also of two in the same moment', async () => {
		const ticket = await signTicket(ticketsOf(ids).writer, relaySecrets.ticket);
		const ends = await Promise.all(
			Array.from({ length: 5 }, () => connect(relay.url, ticketsOf(ids).writer, { ticket }))
		);

		const outcomes = await Promise.all(
			ends
				.map((end) => Promise.race([end.said('ready').then(() => 'ready'), end.closed]))
				.map((outcome) => outcome.catch(() => 'closed'))
		);

		expect(outcomes.filter((one) => one === 'ready')).toHaveLength(1);
	});
});

describe('what is sent after ready', () => {
	type Case = [string, string, (end: TestEnd) => void];
	test.each<Case>([
		['of no bytes', '4400 frame-broken', (end) => end.socket.send(Buffer.alloc(0))],
		['of four bytes', '4400 frame-broken', (end) => end.socket.send(Buffer.alloc(4))],
		['of 65,537 bytes', '4413 frame-too-large', (end) => end.socket.send(Buffer.alloc(65_537, 8))],
		['of 200,000 bytes', '1009 ', (end) => end.socket.send(Buffer.alloc(200_000))],
		['for a channel that is none', '4400 frame-broken', (end) => end.send(FRAME.INPUT, 2, 'x')],
		[
			'for the relay that is no sign of life',
			'4400 frame-broken',
			(end) => end.send(FRAME.DATA, 0, '12345678')
		],
		[
			'for the relay that is too long',
			'4400 frame-broken',
			(end) => end.send(FRAME.PING, 0, '123456789')
		],
		[
			'in text, a second hello',
			'4400 frame-broken',
			(end) => end.say({ type: 'hello', version: 1, ticket: 'x' })
		],
		[
			'in text, what only relays say',
			'4400 frame-broken',
			(end) => end.say({ type: 'join', channel: 1 })
		],
		[
			'in text, what only runners say',
			'4400 frame-broken',
			(end) => end.say({ type: 'drop', channel: 1 })
		],
		['in text, 5,000 bytes', '4413 frame-too-large', (end) => end.say('x'.repeat(5_000))]
	])('%s closes with %s', async (_name, expected, send) => {
		const { writer } = await connectPair(relay.url, ids);

		send(writer);

		const { code, reason } = await writer.closed;
		expect(`${code} ${reason}`).toBe(expected);
	});

	test('as a sign of life is answered at once, with the same bytes', async () => {
		const { writer } = await connectPair(relay.url, ids);

		writer.send(FRAME.PING, 0, 'the time');

		const { channel, body } = await writer.frame(FRAME.PONG);
		expect([channel, String(body)]).toEqual([0, 'the time']);
	});

	test('by a listener is a sign of life, or nothing', async () => {
		const listener = await connect(relay.url, ticketsOf(ids).events);
		await listener.said('ready');

		listener.send(FRAME.INPUT, 1, 'ls');

		expect(await listener.closed).toEqual({ code: 4400, reason: 'frame-broken' });
	});
});

describe('a request for a socket', () => {
	test.each([
		['/', 404],
		['/v1/r/', 404],
		['/v1/r/not-an-id', 404],
		['/v2/events', 404]
	])('at %s is answered with %d', async (path, status) => {
		expect(await refusedWith(path)).toBe(status);
	});

	test.each([
		['https://coda.test', true],
		['https://evil.test', false],
		['http://coda.test', false],
		['https://coda.test.evil.test', false],
		['null', false]
	])('from a page of %j is taken: %s', async (origin, isTaken) => {
		if (!isTaken) return expect(await refusedWith('/v1/events', { origin })).toBe(403);
		const end = await connect(relay.url, ticketsOf(ids).events, { origin });
		expect(await end.said('ready')).toMatchObject({ role: 'events' });
	});

	test('is plain HTTP otherwise', async () => {
		expect((await relay.get('/healthz')).status).toBe(200);
		expect(await (await relay.get('/readyz')).json()).toEqual({ status: 'ready' });
		expect((await relay.get('/v1/events')).status).toBe(426);
		expect((await relay.get('/nowhere')).status).toBe(404);
		expect((await relay.get('/metrics')).status).toBe(401);
	});

	test('of half a request holds nothing up', async () => {
		const half = connectTcp({ host: '127.0.0.1', port: Number(new URL(relay.url).port) });
		await once(half, 'connect');
		half.write('GET /v1/events HTTP/1.1\r\nUpgrade: websocket\r\n');

		await connectPair(relay.url);

		half.destroy();
	});
});

test('the metrics say what goes on', async () => {
	const { runner, writer, channel, tickets } = await connectPair(relay.url);
	const back = await connect(relay.url, tickets.viewer, { resumeFrom: 5 });
	await back.said('ready');
	runner.send(FRAME.DATA, channel, '12345');
	await writer.frame(FRAME.DATA);

	const headers = { authorization: `Bearer ${relaySecrets.internal}` };
	const text = await (await relay.get('/metrics', headers)).text();

	for (const line of [
		'coda_relay_sockets{role="writer"} 1',
		'coda_relay_sockets{role="runner-control"} 1',
		'coda_relay_runners 1',
		'coda_relay_admitted_total 3',
		'coda_relay_resumed_total 1',
		'coda_relay_bytes_total{to="viewers"} 10'
	]) {
		expect(text).toContain(`${line}\n`);
	}
	expect(text).toMatch(/event_loop_lag_seconds\{quantile="0.99"\} [\d.e-]+\n/);
});
