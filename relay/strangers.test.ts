import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { eventsAddress, runnerAddress } from '#protocol/addresses';
import { FRAME } from '#protocol/frames';
import { signTicket } from '#protocol/tickets';
import {
	connect,
	connectPair,
	newIds,
	relaySecrets,
	startRelay,
	TestEnd,
	ticketsOf,
	type TestRelay
} from '#tests/support/relay';
import { MemoryRegistry } from './registry.ts';

/* What somebody can do who has no ticket. */

let relay: TestRelay;
afterEach(() => relay.stop());

/** The status with which a socket is answered; 101 is one that is open. */
function statusOf({ socket }: TestEnd): Promise<number> {
	return Promise.race([
		once(socket, 'open').then(() => 101),
		once(socket, 'unexpected-response').then(([, response]) => Number(response.statusCode))
	]);
}

/** A registry that answers when it is told to. */
class SlowRegistry extends MemoryRegistry {
	asked = 0;
	#answer: () => void = () => {};
	readonly #answered = new Promise<void>((resolve) => (this.#answer = resolve));

	override async locate(): Promise<undefined> {
		this.asked += 1;
		await this.#answered;
	}

	answerAll(): void {
		this.#answer();
	}
}

test('sockets that all ask while the registry is slow are no more than there may be', async () => {
	const registry = new SlowRegistry();
	relay = await startRelay({ registry, limits: { strangersPerAddress: 5 } });

	const ends = Array.from(
		{ length: 40 },
		() => new TestEnd(runnerAddress(relay.url, newIds().runnerId))
	);
	const statuses = Promise.all(ends.map(statusOf));
	await expect.poll(() => registry.asked).toBe(40);
	registry.answerAll();

	expect((await statuses).filter((status) => status === 101)).toHaveLength(5);
});

test('whoever writes addresses of others into a header is counted by their own', async () => {
	relay = await startRelay({
		limits: { strangersPerAddress: 3 },
		addressSource: { onFly: false, proxyHops: 1 }
	});
	// The last one was appended by the proxy; what stands before it, and other headers, are the visitor's.
	const headers = (n: number) => ({
		'x-forwarded-for': `198.51.100.${n}, 192.0.2.1`,
		'fly-client-ip': `198.51.100.${n}`,
		'x-real-ip': `198.51.100.${n}`
	});

	const ends = Array.from(
		{ length: 10 },
		(_, n) => new TestEnd(eventsAddress(relay.url), { headers: headers(n) })
	);

	const statuses = await Promise.all(ends.map(statusOf));
	expect(statuses.filter((status) => status === 101)).toHaveLength(3);
});

test.each([
	[
		'an IPv6 address counts with its neighbours',
		['2001:db8:1:2::1', '2001:DB8:1:2:3:4:5:6', '2001:0db8:0001:0002::9', '2001:db8:1:2::ffff%eth0']
	],
	[
		'an IPv4 address is one',
		['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:c000:0201']
	]
])('%s, however it is written', async (_what, addresses) => {
	relay = await startRelay({
		limits: { strangersPerAddress: 2 },
		addressSource: { onFly: false, proxyHops: 1 }
	});
	const ends = addresses.map(
		(address) => new TestEnd(eventsAddress(relay.url), { headers: { 'x-forwarded-for': address } })
	);

	const statuses = await Promise.all(ends.map(statusOf));
	expect(statuses.filter((status) => status === 101)).toHaveLength(2);
});

test.each([
	['a page of somebody else', 'https://evil.test'],
	['a page whose name was pointed at this relay', 'http://rebound.evil.test'],
	['a name that ends like the app’s', 'https://evilcoda.test'],
	['a name that begins like the app’s', 'https://coda.test.evil.test'],
	['the app without its encryption', 'http://coda.test'],
	['a file or a sandbox', 'null'],
	['nothing', '']
])('%s gets no socket', async (_what, origin) => {
	relay = await startRelay();
	const end = new TestEnd(eventsAddress(relay.url), { headers: { origin } });

	expect(await statusOf(end)).toBe(403);
});

test.each([
	[
		'an object with another prototype',
		'{"__proto__":{"ticket":"x","isAdmitted":true},"type":"hello","version":1}'
	],
	[
		'a constructor',
		'{"type":"hello","version":1,"ticket":"x","constructor":{"prototype":{"isAdmitted":true}}}'
	],
	['ten thousand brackets', '['.repeat(4_000) + ']'.repeat(4_000)],
	['a version beyond numbers', '{"type":"hello","version":1e400,"ticket":"x"}']
])('%s as a first message opens nothing, here or for anybody after it', async (_what, hello) => {
	relay = await startRelay();
	const end = new TestEnd(eventsAddress(relay.url));
	await once(end.socket, 'open');

	end.say(hello);

	expect((await end.closed).code).toBeGreaterThanOrEqual(4_400);
	expect(({} as { isAdmitted?: boolean }).isAdmitted).toBeUndefined();
	const { runner, writer, channel } = await connectPair(relay.url);
	writer.send(FRAME.INPUT, 1, 'l');
	expect(await runner.frame(FRAME.INPUT)).toMatchObject({ channel });
});

test('a ticket for one runner opens no other, and one for events no terminal', async () => {
	relay = await startRelay();
	const [ada, bob] = [newIds(), newIds()];
	const { 'runner-control': asRunner, events } = ticketsOf(ada);

	const elsewhere = new TestEnd(runnerAddress(relay.url, bob.runnerId));
	const listening = new TestEnd(runnerAddress(relay.url, ada.runnerId));
	await Promise.all([once(elsewhere.socket, 'open'), once(listening.socket, 'open')]);
	elsewhere.say({
		type: 'hello',
		version: 1,
		ticket: await signTicket(asRunner, relaySecrets.ticket)
	});
	listening.say({
		type: 'hello',
		version: 1,
		ticket: await signTicket(events, relaySecrets.ticket)
	});

	expect(await elsewhere.closed).toEqual({ code: 4401, reason: 'ticket-refused' });
	expect(await listening.closed).toEqual({ code: 4401, reason: 'ticket-refused' });
});

test('clocks that are five minutes apart let nobody in', async () => {
	relay = await startRelay();
	const tickets = ticketsOf(newIds());

	for (const nowMs of [Date.now() - 300_000, Date.now() + 300_000]) {
		const end = await connect(relay.url, tickets.events, { nowMs });
		expect(await end.closed).toEqual({ code: 4401, reason: 'ticket-refused' });
	}
});

test('connections that ask for nothing are bounded, and do not touch those who are in', async () => {
	relay = await startRelay({ limits: { connections: 12 } });
	const { runner, writer, channel } = await connectPair(relay.url);
	const { port } = new URL(relay.url);

	const silent = Array.from({ length: 20 }, () => connectTcp(Number(port), '127.0.0.1'));
	const cut = await Promise.all(
		silent.slice(10).map(async (socket) => {
			socket.on('error', () => {});
			await once(socket, 'close');
			return true;
		})
	);

	expect(cut).toHaveLength(10);
	writer.send(FRAME.INPUT, 1, 'l');
	expect(await runner.frame(FRAME.INPUT)).toMatchObject({ channel });
	for (const socket of silent) socket.destroy();
});
