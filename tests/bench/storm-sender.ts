/**
 * A program of its own that connects from many addresses, says so, and once it is told to asks an application so often in a second, however long its answers take, and tells its
 * parent what they were. Every twentieth is a report of a relay, the others are reports of browsers from many addresses.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { testEnvironment } from '../support/environment.ts';
import { statusOf, type LoadRequest } from './load.ts';
import { agentsOf, BROWSER } from './visitors.ts';

/** What to send, as the one argument of this program. */
export interface Storm {
	/** By the address 127.0.0.1. */
	origin: string;
	perSecond: number;
	seconds: number;
	/** Browsers tell of errors, each in other words, or that a page was viewed. */
	browsers: 'errors' | 'views';
}

/** How many of which kind were sent, and what they were answered with. 503 is for whom the application has no time. */
export interface Sent {
	relay: Record<string, number>;
	browser: Record<string, number>;
	/** More waited for an answer than an application can be asked at once, so that they were left out. */
	leftOut: number;
}

const TICK_MS = 20;
const MOST_WAITING = 4_000;
/** So many that none of them reports more often than thirty times a minute. */
const ADDRESSES = 2_500;
const RELAYS = 500;
const ONE_OF_A_RELAY = 20;

const storm = JSON.parse(process.argv[2] ?? '{}') as Storm;
const sent: Sent = { relay: {}, browser: {}, leftOut: 0 };
const relays = new Agent({ keepAlive: true, maxSockets: 32 });
const addresses = agentsOf(ADDRESSES);
let turn = 0;
let waiting = 0;

const fromRelay = (n: number): LoadRequest => ({
	path: '/api/relay/presence',
	method: 'POST',
	headers: () => ({
		authorization: `Bearer ${testEnvironment.RELAY_INTERNAL_SECRET}`,
		'content-type': 'application/json'
	}),
	body: () =>
		JSON.stringify({ relayId: `relay-${n % RELAYS}`, sequence: n, leaving: false, changes: [] })
});

const fromBrowser = (): LoadRequest => ({
	path: storm.browsers === 'errors' ? '/api/errors' : '/api/views',
	method: 'POST',
	headers: () => ({
		origin: storm.origin,
		'user-agent': BROWSER,
		'content-type': 'application/json'
	}),
	body: () =>
		JSON.stringify(
			storm.browsers === 'errors'
				? {
						kind: 'TypeError',
						message: `Cannot read ${words()} of undefined`,
						route: '/(app)/ideas'
					}
				: { route: '/(app)/ideas' }
		)
});

/** Letters alone: what has digits is taken for an id, and told apart by nobody. */
const words = () =>
	randomBytes(12)
		.toString('hex')
		.replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)] ?? '');

async function send(kind: 'relay' | 'browser', load: LoadRequest, agent: Agent): Promise<void> {
	waiting += 1;
	const status = await statusOf(storm.origin, load, agent).catch(() => 0);
	waiting -= 1;
	sent[kind][status] = (sent[kind][status] ?? 0) + 1;
}

/** Node takes one new connection each time that its loop comes round: what is measured are errors, not those. */
async function connectAll(): Promise<void> {
	const ahead = addresses.values();
	const lane = async () => {
		for (const agent of ahead) await statusOf(storm.origin, { path: '/api/version' }, agent);
	};
	await Promise.all(Array.from({ length: 16 }, lane));
}

await connectAll();
process.send?.('connected');
await once(process, 'message');

const startedAt = performance.now();
let due = 0;
const timer = setInterval(() => {
	const elapsed = Math.min((performance.now() - startedAt) / 1_000, storm.seconds);
	for (const until = elapsed * storm.perSecond; due < until; due += 1) {
		turn += 1;
		const agent = addresses[turn % addresses.length];
		if (waiting >= MOST_WAITING || !agent) sent.leftOut += 1;
		else if (turn % ONE_OF_A_RELAY === 0) void send('relay', fromRelay(turn), relays);
		else void send('browser', fromBrowser(), agent);
	}
	if (elapsed >= storm.seconds && waiting === 0) {
		clearInterval(timer);
		process.send?.(sent, () => process.exit(0));
	}
}, TICK_MS);
