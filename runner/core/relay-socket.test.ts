import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { FRAME, frameOf } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import { PROTOCOL_VERSION, SUBPROTOCOL } from '#protocol/version';
import { RelaySocket } from './relay-socket.ts';
import { isSlab, takeBytes } from './slabs.ts';

const server = createServer();
const relay = new WebSocketServer({ server, handleProtocols: () => SUBPROTOCOL });
let socket: RelaySocket | undefined;
afterEach(() => socket?.cut());
afterAll(() => server.close());

test('the same frame twice has other bytes on the wire, which nobody chooses', async () => {
	const body = Buffer.alloc(90, 'what somebody chose');
	const length = 2 + 4 + 5 + body.length;
	const { line, end } = await connected();
	let sent = Buffer.alloc(0);
	// Ahead of the library, which takes masks off where the bytes are.
	line.prependListener('data', (data: Buffer) => (sent = Buffer.concat([sent, data])));

	let arrived = 0;
	// Both may come in one piece, and are told in one go.
	const both = new Promise<void>((resolve) =>
		end.on('message', () => ++arrived === 2 && resolve())
	);
	for (const _ of [1, 2]) socket?.send(frameOf(FRAME.DATA, 1, body));
	await both;

	const [first, second] = [sent.subarray(0, length), sent.subarray(length)];
	expect([first[1], second[1]]).toEqual([0x80 | 95, 0x80 | 95]);
	expect(first.subarray(2, 6).equals(second.subarray(2, 6))).toBe(false);
	expect(first.subarray(6).equals(second.subarray(6))).toBe(false);
	expect(sent.includes('somebody')).toBe(false);
});

test('messages whose memory is used again arrive as they were, however slowly they are read', async () => {
	const { line, end } = await connected();
	const [sent, received] = [createHash('sha256'), createHash('sha256')];
	const memories = new Set<ArrayBufferLike>();
	let [arrived, slabs] = [0, 0];
	end.on('message', (message: Buffer) => {
		received.update(`${message.length}:`).update(message);
		arrived += 1;
		if (arrived % 40 > 0) return;
		end.pause();
		setImmediate(() => end.resume());
	});

	for (let round = 1; round <= 6; round += 1) {
		// More than the system takes for a reader that has stopped: the rest waits at the sender.
		end.pause();
		for (let at = 0; at < 500; at += 1) {
			const isShort = randomInt(5) === 0;
			const length = isShort ? randomInt(5, 4_096) : randomInt(4_096, WIRE.frameBytes + 1);
			const message = takeBytes(length);
			if (isSlab(message)) {
				slabs += 1;
				memories.add(message.buffer);
			}
			message.set(randomBytes(length));
			sent.update(`${length}:`).update(message);
			socket?.send(message);
			if (at % 4 === 0) await new Promise(setImmediate);
		}
		expect(socket?.isFree).toBe(false);
		end.resume();
		await expect.poll(() => arrived, { timeout: 10_000 }).toBe(round * 500);
	}

	expect(received.digest('hex')).toBe(sent.digest('hex'));
	expect(memories.size).toBeLessThan(slabs);
	line.destroy();
});

/** A runner's socket that was let in, and the other end of its line. */
async function connected() {
	if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
	const relayUrl = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const nothing = () => {};
	const isReady = new Promise<void>((onReady) => {
		socket = new RelaySocket(
			{ relayUrl, runnerId: randomUUID(), ticket: 'a-ticket' },
			{ onReady, onMessage: nothing, onFrame: nothing, onDrain: nothing, onClose: nothing }
		);
	});
	const [end, { socket: line }] = (await once(relay, 'connection')) as [WebSocket, IncomingMessage];
	await once(end, 'message');
	const ready = { type: 'ready', version: PROTOCOL_VERSION, role: 'runner-control' };
	end.send(JSON.stringify({ ...ready, connectionId: randomUUID() }));
	await isReady;
	return { line, end };
}
