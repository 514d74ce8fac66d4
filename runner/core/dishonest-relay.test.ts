import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeAttachKey } from '#protocol/agreement';
import { FRAME, frameOf, HEADER_BYTES, readFrame, RELAY_CHANNEL } from '#protocol/frames';
import { WIRE } from '#protocol/limits';
import { BrowserEnd } from '#tests/support/browser-end';
import {
	startBehindDishonestRelay,
	type BehindDishonestRelay
} from '#tests/support/behind-dishonest-relay';
import { isReady, type DishonestRelay, type Passing } from '#tests/support/dishonest-relay';
import type { RunnerSetup } from '#tests/support/runner';
import { RUNNER_LIMITS } from './limits.ts';

let house: BehindDishonestRelay;
let relay: DishonestRelay;
let setup: RunnerSetup;
beforeEach(async () => {
	house = await startBehindDishonestRelay();
	({ relay, setup } = house);
});
afterEach(() => house.stop());

/** A terminal with its prompt. */
async function attached(): Promise<BrowserEnd> {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	await browser.prints('ready> ');
	return browser;
}

const isFrame = (passing: Passing, type: number): passing is Buffer =>
	typeof passing !== 'string' && passing[0] === type;

test.each<[string, (passing: Passing) => Passing[]]>([
	[
		'a frame before it has said ready',
		(passing) => [frameOf(FRAME.OPEN, 1, NOTHING) as Buffer, passing]
	],
	[
		'a ready that is meant for a browser',
		(passing) => [String(passing).replace('runner-control', 'writer')]
	]
])('a relay is left that sends %s; with the next attempt all goes on', async (_what, lie) => {
	const browser = await attached();
	relay.toRunner = (passing) => (isReady(passing) ? lie(passing) : [passing]);
	let before = setup.events.length;
	setup.runner.reconnect();
	await setup.tells('waiting', before);
	expect(setup.events.slice(before).map(({ type }) => type)).not.toContain('online');

	relay.toRunner = (passing) => [passing];
	before = setup.events.length;
	await setup.tells('online', before);
	await browser.attach();

	expect(browser.opened?.resume).toBe('exact');
});

test.each([
	['nothing', 0],
	['half a header', HEADER_BYTES - 1],
	['a byte more than the longest', WIRE.frameBytes + 1]
])('a frame of %s cuts the line, and nothing is lost', async (_what, length) => {
	const browser = await attached();
	const before = setup.events.length;

	relay.runner.send(Buffer.alloc(length));
	await setup.tells('online', before);
	await browser.attach();
	browser.type('echo alive\r');

	await browser.prints(/[\r\n]alive\r\n/);
	expect(browser.opened?.resume).toBe('exact');
});

test.each([
	['no JSON', '{"type":'],
	['a type that there is none of', '{"type":"execute","command":"rm -rf /"}'],
	['a channel that is none', '{"type":"join","channel":-1,"role":"writer"}'],
	['somebody gone who was never there', '{"type":"leave","channel":77}'],
	['much of nothing', JSON.stringify({ type: 'notice', notice: 'x'.repeat(60_000) })],
	['a frame for nobody', frameOf(FRAME.INPUT, 4_000_000_000, Buffer.alloc(65_000))]
])('what means nothing changes nothing: %s', async (_what, message) => {
	const browser = await attached();

	relay.runner.send(message);
	browser.type('echo alive\r');

	await browser.prints(/[\r\n]alive\r\n/);
	expect(setup.events).not.toContainEqual(expect.objectContaining({ type: 'waiting' }));
});

test('viewers without end are refused beyond the most there may be, and those who are there stay', async () => {
	const browser = await attached();
	const [most, more] = [WIRE.channelsPerRunner, 300];

	for (let channel = 1_000; channel < 1_000 + most + more; channel++) {
		relay.runner.send(JSON.stringify({ type: 'join', channel, role: 'writer' }));
	}
	browser.type('echo alive\r');
	await browser.prints(/[\r\n]alive\r\n/);

	const refused = relay.heard.filter(({ type }) => type === FRAME.REFUSAL);
	expect(refused).toHaveLength(more + 1);
	expect(String(refused[0]?.body)).toContain('TOO_MANY_REQUESTS');
	expect(relay.said.filter((message) => message.includes('"drop"'))).toHaveLength(more + 1);
	const viewers = setup.events.flatMap((event) =>
		event.type === 'viewers-changed' ? [event.viewers] : []
	);
	expect(Math.max(...viewers)).toBe(most);
});

test('a relay that asks and never reads the answers is cut off before they fill the memory', async () => {
	const before = setup.events.length;
	relay.runner.pause();

	for (let sent = 0; sent < 3 * RUNNER_LIMITS.unsentBytes; sent += WIRE.frameBytes) {
		relay.runner.send(frameOf(FRAME.PING, 0, Buffer.alloc(WIRE.frameBytes - HEADER_BYTES)));
	}

	await setup.tells('waiting', before);
});

/** What a relay may do to what somebody types, once keys are agreed on. */
const forgeries: [string, (typed: Buffer) => Passing[]][] = [
	['sent twice', (typed) => [typed, Buffer.from(typed)]],
	['kept back, and only the next one delivered', keptBack()],
	['with one bit changed', (typed) => [changed(typed, typed.length - 1)]],
	['as a frame of another type', (typed) => [changed(typed, 0, FRAME.INPUT ^ FRAME.CLOSE)]],
	['sent without what seals it', (typed) => [typed.subarray(0, HEADER_BYTES)]]
];

test.each(forgeries)(
	'what is typed and %s ends the channel, and the program has it once at most',
	async (_what, forge) => {
		const browser = await attached();
		relay.toRunner = (passing) => (isFrame(passing, FRAME.INPUT) ? forge(passing) : [passing]);

		browser.type('echo "typed $((1 + 1))"\r');
		browser.type(': next\r');
		expect(await browser.end?.closed).toEqual({ code: 4499, reason: 'let-go' });
		relay.toRunner = (passing) => [passing];
		await browser.attach();
		browser.type('echo end of it\r');
		await browser.prints(/[\r\n]end of it\r\n/);

		expect(browser.text.match(/typed 2/g)).toHaveLength(1);
	}
);

test('what is typed for one terminal and delivered to another reaches neither', async () => {
	const [one, other] = [await attached(), await attached()];
	const channels = new Map<number, Buffer>();
	relay.toRunner = (passing) => {
		if (!isFrame(passing, FRAME.INPUT)) return [passing];
		channels.set(passing.readUInt32BE(1), Buffer.from(passing));
		if (channels.size < 2) return [];
		const [[first, firstFrame], [second, secondFrame]] = [...channels] as [
			[number, Buffer],
			[number, Buffer]
		];
		firstFrame.writeUInt32BE(second, 1);
		secondFrame.writeUInt32BE(first, 1);
		return [firstFrame, secondFrame];
	};

	one.type('echo "for one $((1 + 1))"\r');
	other.type('echo "for other $((1 + 1))"\r');

	expect(await one.end?.closed).toMatchObject({ reason: 'let-go' });
	expect(await other.end?.closed).toMatchObject({ reason: 'let-go' });
	for (const { ring } of setup.runner.sessions.running) {
		expect(String(ring.copy(ring.start, ring.end))).not.toContain('for o');
	}
});

test('an offer whose grant names another key, terminal or role than the app has signed is refused', async () => {
	for (const [member, value] of [
		['browserKey', 'B'.repeat(87)],
		['sessionId', crypto.randomUUID()],
		['role', 'viewer']
	]) {
		relay.toRunner = (passing) =>
			isFrame(passing, FRAME.OFFER) ? [withClaim(passing, member ?? '', value)] : [passing];
		const browser = new BrowserEnd(setup.app);

		await expect(browser.attach()).rejects.toThrow();

		// Signs of life come in between.
		const last = relay.heard.findLast(({ channel }) => channel !== RELAY_CHANNEL);
		expect(last?.type).toBe(FRAME.REFUSAL);
	}
	expect(setup.runner.sessions.running).toEqual([]);
});

test('an answer with the relay’s own key is not believed by the browser', async () => {
	const { publicKey } = await makeAttachKey();
	relay.toViewer = (passing) => {
		if (!isFrame(passing, FRAME.ANSWER)) return [passing];
		const answer = JSON.parse(String(passing.subarray(HEADER_BYTES))) as object;
		const forged = JSON.stringify({ ...answer, runnerKey: publicKey });
		return [frameOf(FRAME.ANSWER, 1, Buffer.from(forged)) as Buffer];
	};

	await expect(new BrowserEnd(setup.app).attach()).rejects.toThrow(/not by the runner/);
});

const NOTHING = Buffer.alloc(0);

function keptBack() {
	let isFirst = true;
	return (typed: Buffer) => {
		const passing = isFirst ? [] : [typed];
		isFirst = false;
		return passing;
	};
}

function changed(frame: Buffer, at: number, by = 1): Buffer {
	const copy = Buffer.from(frame);
	copy[at] = (copy[at] ?? 0) ^ by;
	return copy;
}

/** The same offer with one claim of its grant changed, and the signature as it was. */
function withClaim(passing: Buffer, member: string, value: string | undefined): Buffer {
	const { body, channel } = readFrame(passing) ?? { body: NOTHING, channel: 0 };
	const { grant } = JSON.parse(String(body)) as { grant: string };
	const [header = '', claims = '', signature = ''] = grant.split('.');
	const read = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
	const forged = Buffer.from(JSON.stringify({ ...read, [member]: value })).toString('base64url');
	const offer = JSON.stringify({ grant: [header, forged, signature].join('.') });
	return frameOf(FRAME.OFFER, channel, Buffer.from(offer)) as Buffer;
}
