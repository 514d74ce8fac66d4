import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeAttachKey } from '#protocol/agreement';
import { FRAME } from '#protocol/frames';
import { makeGrantKey, importGrantKey, signGrant } from '#protocol/grants';
import { WIRE } from '#protocol/limits';
import { BrowserEnd } from '#tests/support/browser-end';
import { connect, ticketsOf, type TestEnd } from '#tests/support/relay';
import { startRunner, type RunnerSetup } from '#tests/support/runner';

let setup: RunnerSetup;
beforeEach(async () => {
	setup = await startRunner();
});
afterEach(() => setup.stop());

/** A socket that the relay has joined with the runner, and that has said nothing yet. */
async function joined(sessionId = randomUUID()): Promise<TestEnd> {
	const end = await connect(setup.app.relayUrl, setup.app.ticketFor('writer', sessionId));
	await end.said('ready');
	return end;
}

async function grantFor(sessionId = randomUUID(), at: { nowMs?: number; runnerId?: string } = {}) {
	const { paired } = setup.app;
	const browserKey = (await makeAttachKey()).publicKey;
	const strange = await importGrantKey((await makeGrantKey()).privateKey);
	const request = {
		...{ sub: randomUUID(), runnerId: at.runnerId ?? paired.runnerId },
		...{ sessionId, role: 'writer' as const, browserKey }
	};
	return {
		strange: await signGrant(request, strange.key),
		own: (await setup.app.grant(request, at)).token
	};
}

test.each([
	['no JSON', async () => 'grant'],
	['another shape', async () => JSON.stringify({ grants: [] })],
	['a grant that somebody else signed', async () => offer((await grantFor()).strange)],
	[
		'a grant for another computer',
		async () => offer((await grantFor(undefined, { runnerId: randomUUID() })).own)
	],
	[
		'a grant of yesterday',
		async () => offer((await grantFor(undefined, { nowMs: Date.now() - 86_400_000 })).own)
	],
	[
		'a grant of tomorrow',
		async () => offer((await grantFor(undefined, { nowMs: Date.now() + 86_400_000 })).own)
	]
])('an offer is refused: %s', async (_what, body) => {
	const end = await joined();

	end.send(FRAME.OFFER, 1, await body());

	expect(await end.closed).toEqual({ code: 4499, reason: 'let-go' });
	expect(setup.runner.sessions.running).toEqual([]);
});

test('a grant is taken once', async () => {
	const grant = offer((await grantFor()).own);
	const first = await joined();
	first.send(FRAME.OFFER, 1, grant);
	await first.frame(FRAME.ANSWER);

	const second = await joined();
	second.send(FRAME.OFFER, 1, grant);

	await second.frame(FRAME.REFUSAL);
	expect(await second.closed).toEqual({ code: 4499, reason: 'let-go' });
});

test('a computer whose clock is wrong takes the grants of now', async () => {
	setup.app.aheadMs = 5 * 60_000;
	const before = setup.events.length;
	setup.runner.reconnect();
	await expect
		.poll(() => setup.events.slice(before))
		.toContainEqual(expect.objectContaining({ type: 'online' }));
	const browser = new BrowserEnd(setup.app);

	await browser.attach();

	await browser.prints('ready> ');
});

test.each([
	['an open', FRAME.OPEN, '{}'],
	['input', FRAME.INPUT, '\0\0\0\x01rm -rf /\r'],
	['a size', FRAME.RESIZE, '\0\x50\0\x50'],
	['a wish to end it', FRAME.CLOSE, '{"kind":"end"}'],
	['a second offer', FRAME.OFFER, '{"grant":"x"}'],
	['an answer', FRAME.ANSWER, '{}'],
	['a type that there is none of', 99, 'x'],
	['a short one', FRAME.ACK, '']
])(
	'a frame that nobody has sealed ends the channel and does nothing: %s',
	async (_what, type, body) => {
		const browser = new BrowserEnd(setup.app);
		await browser.attach();
		await browser.prints('ready> ');

		browser.sendRaw(type, body);

		expect(await browser.end?.closed).toEqual({ code: 4499, reason: 'let-go' });
		await browser.attach();
		browser.type('echo alive\r');
		await browser.prints(/[\r\n]alive\r\n/);
		expect(browser.text).not.toContain('rm -rf');
		expect(browser.size).toEqual({ cols: 80, rows: 24 });
	}
);

test.each([
	['an input that leaves one out', { type: FRAME.INPUT, sequence: 2, bytes: Buffer.from('x') }],
	['an acknowledgement of what was never sent', { type: FRAME.ACK, offset: 2 ** 40 }],
	['output', { type: FRAME.DATA, offset: 0, bytes: Buffer.from('x') }]
] as const)('what the protocol does not have ends the channel: %s', async (_what, frame) => {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();

	browser.say(frame);

	expect(await browser.end?.closed).toEqual({ code: 4499, reason: 'let-go' });
	expect(setup.runner.sessions.running).toHaveLength(1);
});

const ack = { type: FRAME.ACK, offset: 0 } as const;
const open = { clientId: randomUUID(), windowBytes: WIRE.windowBytes, cols: 80, rows: 24 };

test.each([
	['an offset that no number holds', ack, Buffer.alloc(8, 0xff)],
	['half an offset', ack, Buffer.alloc(4)],
	['no columns', { type: FRAME.RESIZE, cols: 1, rows: 1 }, Buffer.alloc(4)],
	['a size beyond all screens', { type: FRAME.RESIZE, cols: 1, rows: 1 }, Buffer.alloc(4, 0xff)],
	[
		'more than one input holds',
		{ type: FRAME.INPUT, sequence: 1, bytes: Buffer.alloc(0) },
		Buffer.alloc(5 + WIRE.inputBytes, 1)
	],
	['a close of a kind that there is none of', { type: FRAME.CLOSE, close: { kind: 'end' } }, '{}'],
	['a question that nobody knows', { type: FRAME.CLOSE, close: { kind: 'end' } }, '{"ask":"rm"}']
] as const)(
	'what a browser says and cannot mean ends its channel: %s',
	async (_what, frame, said) => {
		const browser = new BrowserEnd(setup.app);
		await browser.attach();

		browser.sayInstead(frame, Buffer.from(said));

		expect(await browser.end?.closed).toEqual({ code: 4499, reason: 'let-go' });
		expect(setup.runner.sessions.running).toHaveLength(1);
	}
);

test.each([
	['an offset below nothing', { ...open, have: { epoch: 'x', offset: -1 } }],
	['an offset that no number holds', { ...open, have: { epoch: 'x', offset: 2 ** 60 } }],
	['a window of everything', { ...open, have: null, windowBytes: 2 ** 30 }],
	['no window', { ...open, have: null, windowBytes: 0 }],
	['a screen without lines', { ...open, have: null, rows: 0 }]
])('a terminal is not opened with %s', async (_what, asked) => {
	const browser = new BrowserEnd(setup.app);
	browser.opens = asked;

	await browser.attach();

	expect(await browser.end?.closed).toEqual({ code: 4499, reason: 'let-go' });
	expect(setup.runner.sessions.running).toEqual([]);
});

test('a second opening on one channel ends it', async () => {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();

	browser.say({ type: FRAME.OPEN, open: { ...open, have: null } });

	expect(await browser.end?.closed).toEqual({ code: 4499, reason: 'let-go' });
	expect(setup.runner.sessions.running).toHaveLength(1);
});

test('an acknowledgement that goes back, and an input that comes twice, do no harm', async () => {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	browser.type('echo "once $((1 + 1))"\r');
	await browser.prints('once 2');

	browser.say({ type: FRAME.ACK, offset: 0 });
	browser.say({ type: FRAME.INPUT, sequence: 1, bytes: Buffer.from('echo "once $((1 + 1))"\r') });
	browser.type('echo end of it\r');
	await browser.prints(/[\r\n]end of it\r\n/);

	expect(browser.text.match(/once 2/g)).toHaveLength(1);
});

test.each([
	['of another life', { epoch: 'another', offset: 3 }],
	['beyond the end', { epoch: '', offset: 2 ** 50 }]
])('whoever says to have what there is not gets the screen: %s', async (_what, have) => {
	const browser = new BrowserEnd(setup.app);
	await browser.attach();
	await browser.prints('ready> ');
	browser.cut();

	await browser.attach(null, { ...have, epoch: have.epoch || (browser.opened?.epoch ?? '') });
	await browser.until(() => browser.snapshots.length === 1);

	expect(browser.snapshots[0]).toContain('ready>');
});

test('what is no frame at all costs the runner nothing', async () => {
	const { 'runner-control': _, writer } = ticketsOf({
		...{ personId: randomUUID(), runnerId: randomUUID() },
		...{ sessionId: randomUUID(), signInId: randomUUID() }
	});
	const stranger = await connect(setup.app.relayUrl, writer);
	await stranger.said('ready');
	stranger.send(FRAME.OFFER, 1, offer((await grantFor()).own));
	const end = await joined();

	end.send(FRAME.OPEN, 1, Buffer.alloc(WIRE.frameBytes - 5));

	expect(await end.closed).toEqual({ code: 4499, reason: 'let-go' });
	expect(setup.events).not.toContainEqual(expect.objectContaining({ type: 'waiting' }));
});

const offer = (grant: string): string => JSON.stringify({ grant });
