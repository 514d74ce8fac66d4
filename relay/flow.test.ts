import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
	connect,
	connectPair,
	newIds,
	startRelay,
	TestEnd,
	ticketsOf,
	type TestRelay
} from '#tests/support/relay';
import { eventsAddress } from '#protocol/addresses';
import { FRAME } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import { RELAY_LIMITS } from './limits.ts';
import { Turns } from './turns.ts';

let relay: TestRelay;
beforeEach(async () => {
	relay = await startRelay();
});
afterEach(() => relay.stop());

const CHUNK = Buffer.alloc(WIRE.quantumBytes, 'x');

test('a viewer that does not read is let go, and neither its runner nor another viewer is held up', async () => {
	const { runner, writer, channel, tickets } = await connectPair(relay.url);
	const other = await connect(relay.url, tickets.viewer);
	const { channel: others } = await runner.said('join');
	writer.socket.pause();

	// More than the relay holds and the system's own buffers take.
	for (let sent = 0; sent < 64 * WIRE.windowMaxBytes; sent += CHUNK.length) {
		runner.send(FRAME.DATA, channel, CHUNK);
	}
	runner.send(FRAME.DATA, others, 'at once');

	expect(String((await other.frame(FRAME.DATA)).body)).toBe('at once');
	expect(await runner.said('leave')).toEqual({ type: 'leave', channel });
	expect(relay.metrics()).toContain('closes_total{reason="too-far-behind"} 1\n');
	writer.socket.resume();
	const { code } = await writer.closed;
	// Its close frame is behind what it has not read: often it sees only the end of the line.
	expect([4408, 1006]).toContain(code);
});

test('a paste into a runner that does not read loses nothing, and is not kept by the relay', async () => {
	const { runner, writer } = await connectPair(relay.url);
	runner.socket.pause();
	const chunks = 2_000;

	for (let sent = 0; sent < chunks; sent++) {
		writer.send(FRAME.INPUT, 1, Buffer.alloc(WIRE.inputBytes, sent % 256));
	}
	// The relay reads no more from the writer, and what it does not read stays there.
	await expect.poll(() => relay.metrics()).toContain('coda_relay_paused 1\n');
	const metrics = relay.metrics();
	expect(writer.socket.bufferedAmount).toBeGreaterThan(WIRE.windowMaxBytes);
	runner.socket.resume();

	expect(Number(/backlog_bytes (\d+)/.exec(metrics)?.[1])).toBeLessThan(4 * WIRE.inputBacklogBytes);
	for (let received = 0; received < chunks; received++) {
		const { body } = await runner.frame(FRAME.INPUT);
		expect([body.length, body[0]]).toEqual([WIRE.inputBytes, received % 256]);
	}
});

test('who talks too much is told so', async () => {
	const { writer } = await connectPair(relay.url);

	for (let sent = 0; sent <= RELAY_LIMITS.viewerMessages; sent++) writer.send(FRAME.ACK, 1, '');

	expect(await writer.closed).toEqual({ code: 4429, reason: 'too-many-messages' });
});

test('a browser that only listens has nothing to say but a sign of life now and then', async () => {
	const listener = await connect(relay.url, ticketsOf(newIds()).events);
	await listener.said('ready');

	for (let sent = 0; sent <= RELAY_LIMITS.listenerMessages; sent++) {
		listener.send(FRAME.PING, 0, '12345678');
	}

	expect(await listener.closed).toEqual({ code: 4429, reason: 'too-many-messages' });
});

test('whoever answers pings stays, and whoever is silent is cut off within seconds', async () => {
	const { writer, runner } = await connectPair(relay.url);
	const answering = setInterval(() => writer.send(FRAME.PONG, 0, '12345678'), 1_000);
	const begun = performance.now();

	expect((await writer.frame(FRAME.PING)).channel).toBe(0);
	const { code } = await runner.closed;
	clearInterval(answering);

	expect(code).toBe(1006);
	expect(performance.now() - begun).toBeLessThan(WIRE.deadMs + WIRE.pingMs + 2_000);
	expect(await writer.said('runner')).toMatchObject({ online: false });
	expect(writer.socket.readyState).toBe(WebSocket.OPEN);
});

test('one person has a bounded number of sockets, and gets in again when one is closed', async () => {
	await relay.stop();
	relay = await startRelay({ limits: { socketsPerPerson: 2 } });
	const { events } = ticketsOf(newIds());
	const [first] = [await connect(relay.url, events), await connect(relay.url, events)];
	await first.said('ready');

	const third = await connect(relay.url, events);
	expect(await third.closed).toEqual({ code: 4429, reason: 'too-many-sockets' });
	first.close();
	await first.closed;

	await expect
		.poll(async () => {
			const again = await connect(relay.url, events);
			return Promise.race([again.said('ready').then(() => 'ready'), again.closed]).catch(
				() => 'closed'
			);
		})
		.toBe('ready');
});

test('many sockets at once from one address that show no ticket keep nobody else out', async () => {
	await relay.stop();
	relay = await startRelay({
		limits: { strangersPerAddress: 50 },
		addressSource: { onFly: false, proxyHops: 1 }
	});
	const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

	const statuses = await Promise.all(
		Array.from({ length: 1_000 }, async () => {
			const { socket } = new TestEnd(eventsAddress(relay.url), from('192.0.2.1'));
			return Promise.race([
				once(socket, 'open').then(() => 101),
				once(socket, 'unexpected-response').then(([, response]) => Number(response.statusCode))
			]);
		})
	);

	expect(statuses.filter((status) => status === 101)).toHaveLength(50);
	expect(statuses.filter((status) => status === 429)).toHaveLength(950);
	const other = await connect(relay.url, ticketsOf(newIds()).events, from('192.0.2.2'));
	expect(await other.said('ready')).toBeDefined();
});

test('a runner has a bounded number of viewers', async () => {
	await relay.stop();
	relay = await startRelay({
		limits: { socketsPerPerson: 1_000, strangersPerAddress: 1_000 }
	});
	const tickets = ticketsOf(newIds());
	const runner = await connect(relay.url, tickets['runner-control']);
	await runner.said('ready');
	for (let one = 0; one < WIRE.channelsPerRunner; one++) {
		await (await connect(relay.url, tickets.viewer)).said('ready');
	}

	const last = await connect(relay.url, tickets.viewer);

	expect(await last.closed).toEqual({ code: 4429, reason: 'too-many-sockets' });
});

test('turns: each channel gets a quantum, however much another has waiting', () => {
	const sent: number[] = [];
	const relieved: number[] = [];
	let backlogBytes = 100;
	const turns = new Turns(
		{
			get backlogBytes() {
				return backlogBytes;
			},
			send: (frame) => void sent.push(frame[0] ?? -1)
		},
		100,
		(channel) => relieved.push(channel)
	);
	const frame = (channel: number, bytes: number) => new Uint8Array(bytes).fill(channel);

	const full = Array.from({ length: 8 }, () => turns.push(1, frame(1, 16_384)));
	turns.push(2, frame(2, 10));
	turns.push(3, frame(3, 50_000));
	turns.push(2, frame(2, 10));
	backlogBytes = 0;
	turns.advance();

	expect(full).toEqual([false, false, false, false, true, true, true, true]);
	expect(sent).toEqual([1, 1, 2, 2, 3, 1, 1, 1, 1, 1, 1]);
	expect(relieved).toEqual([3, 1]);
});
