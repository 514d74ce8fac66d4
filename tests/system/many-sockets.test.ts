import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FRAME } from '#protocol/frames';
import { isLong } from '#tests/support/long';
import { connect, connectPair, newIds, ticketsOf, type TestEnd } from '#tests/support/relay';
import { startRelayProgram, type RelayProgram } from '#tests/support/relay-program';
import { BackOff } from '../../runner/core/back-off.ts';

/** Sockets that are opened in the same moment: ten thousand where there is time. */
const SOCKETS = isLong ? 10_000 : 500;
/** Each address may have a hundred that have not shown their ticket yet. */
const PER_ADDRESS = 50;

let relay: RelayProgram;
beforeAll(async () => {
	relay = await startRelayProgram();
});
afterAll(() => relay.end('SIGKILL'));

/** Addresses of this machine. */
const address = (index: number) => `127.1.${index >> 8}.${index & 255}`;

/** Comes back until it is in, as pages do: so many at once are too much for whoever opens them, too. */
async function comeIn(from: number): Promise<TestEnd> {
	const backOff = new BackOff();
	for (;;) {
		try {
			const options = { localAddress: address(from) };
			const end = await connect(relay.url, ticketsOf(newIds()).events, options);
			await end.said('ready');
			return end;
		} catch {
			await new Promise((resolve) => setTimeout(resolve, backOff.next()));
		}
	}
}

test(`${SOCKETS} sockets at once all get in, a terminal goes on meanwhile, and all of them can leave`, async () => {
	const { runner, writer, channel } = await connectPair(relay.url);

	const opened = Promise.all(
		Array.from({ length: SOCKETS }, (_, index) => comeIn(1 + Math.floor(index / PER_ADDRESS)))
	);
	writer.send(FRAME.INPUT, 1, 'key');
	expect(String((await runner.frame(FRAME.INPUT)).body)).toBe('key');
	runner.send(FRAME.DATA, channel, 'echo');
	expect(String((await writer.frame(FRAME.DATA)).body)).toBe('echo');
	const ends = await opened;

	expect(await relay.metric('sockets')).toBe(SOCKETS + 2);
	for (const end of ends) end.socket.terminate();
	await Promise.all(ends.map(({ closed }) => closed));
	await expect.poll(() => relay.metric('sockets'), { timeout: 30_000 }).toBe(2);
	writer.send(FRAME.INPUT, 1, 'still');
	expect(String((await runner.frame(FRAME.INPUT)).body)).toBe('still');
}, 600_000);

test('from one address only so many strangers get in at once, and whoever is in stays', async () => {
	const { runner, writer } = await connectPair(relay.url);
	const options = { localAddress: address(9_999) };

	const outcomes = await Promise.all(
		Array.from({ length: 300 }, () =>
			connect(relay.url, ticketsOf(newIds()).events, options).then(
				() => 'in',
				() => 'refused'
			)
		)
	);

	expect(outcomes).toContain('in');
	expect(outcomes).toContain('refused');
	writer.send(FRAME.INPUT, 1, 'key');
	expect(String((await runner.frame(FRAME.INPUT)).body)).toBe('key');
	runner.close();
	await once(runner.socket, 'close');
});
