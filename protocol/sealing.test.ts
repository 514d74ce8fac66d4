import { beforeEach, describe, expect, test } from 'vitest';
import { acceptAnswer, answerOffer, makeAttachKey } from './agreement.ts';
import { bytesOf, textOf } from './bytes.ts';
import type { ChannelFrame } from './channel-frames.ts';
import { FRAME, frameOf, readFrame, VIEWER_CHANNEL } from './frames.ts';
import { makeGrantKey, importGrantKey, signGrant, type GrantClaims } from './grants.ts';
import { importRunnerKey, isProof, makeRunnerKey, signProof } from './identity.ts';
import { WIRE } from './limits.ts';
import { BrokenChannel, Opener, Sealer, webAead } from './sealing.ts';

const ids = {
	sub: '0190a000-0000-7000-8000-000000000001',
	runnerId: '0190a000-0000-7000-8000-000000000002',
	sessionId: '0190a000-0000-7000-8000-000000000003',
	role: 'writer' as const
};
const runnerKey = await makeRunnerKey();
const grantKey = await importGrantKey((await makeGrantKey()).privateKey);

/** Both sides of one attach, up to the keys. */
async function attach() {
	const browser = await makeAttachKey();
	const claims = { ...ids, browserKey: browser.publicKey };
	const token = await signGrant(claims, grantKey.key);
	const { answer, keys } = await answerOffer(
		{ token, claims: claims as GrantClaims },
		await importRunnerKey(runnerKey.privateKey)
	);
	return { browser, token, answer, keys };
}

describe('the agreement', () => {
	test('gives both sides the same two keys, and each attach others', async () => {
		const one = await attach();
		const two = await attach();

		const accepted = await acceptAnswer(one.answer, one.browser, {
			token: one.token,
			claims: ids,
			runnerPublicKey: runnerKey.publicKey
		});

		expect(accepted).toEqual(one.keys);
		expect(one.keys.fromBrowser).toHaveLength(32);
		expect(one.keys.fromBrowser).not.toEqual(one.keys.fromRunner);
		expect(two.keys).not.toEqual(one.keys);
	});

	test.each(['signature', 'runnerKey'] as const)(
		'is off where a relay has put another %s in place',
		async (part) => {
			const [one, two] = [await attach(), await attach()];

			const accepted = await acceptAnswer(
				{ ...one.answer, [part]: two.answer[part] },
				one.browser,
				{
					token: one.token,
					claims: ids,
					runnerPublicKey: runnerKey.publicKey
				}
			);

			expect(accepted).toBeUndefined();
		}
	);

	test('is off where another computer answers, or nothing sensible comes', async () => {
		const { answer, browser, token } = await attach();
		const granted = { token, claims: ids, runnerPublicKey: (await makeRunnerKey()).publicKey };

		expect(await acceptAnswer(answer, browser, granted)).toBeUndefined();
		const broken = { ...answer, runnerKey: '!'.repeat(87) };
		expect(await acceptAnswer(broken, browser, granted)).toBeUndefined();
	});

	test.each([
		['role', { ...ids, role: 'viewer' as const }],
		['terminal', { ...ids, sessionId: ids.sub }]
	])('gives other keys where both sides do not mean the same %s', async (_name, claims) => {
		const { answer, browser, token, keys } = await attach();

		const accepted = await acceptAnswer(answer, browser, {
			token,
			claims,
			runnerPublicKey: runnerKey.publicKey
		});

		expect(accepted).not.toEqual(keys);
	});
});

describe('a runner’s proof', () => {
	const of = { purpose: 'ticket' as const, challenge: 'of the app', origin: 'https://coda.test' };

	test('holds for what was asked, and for nothing else', async () => {
		const proof = await signProof(await importRunnerKey(runnerKey.privateKey), of);

		expect(await isProof(runnerKey.publicKey, proof, of)).toBe(true);
		expect(await isProof(runnerKey.publicKey, proof, { ...of, challenge: 'another' })).toBe(false);
		expect(await isProof(runnerKey.publicKey, proof, { ...of, purpose: 'pair' })).toBe(false);
		expect(await isProof(runnerKey.publicKey, proof, { ...of, origin: 'https://x.test' })).toBe(
			false
		);
		expect(await isProof((await makeRunnerKey()).publicKey, proof, of)).toBe(false);
	});

	test.each(['', 'not base64!', 'AAAA'])('is none: %j', async (text) => {
		expect(await isProof(runnerKey.publicKey, text, of)).toBe(false);
		expect(await isProof(text, 'AAAA', of)).toBe(false);
	});
});

describe('a sealed channel', () => {
	let sealer: Sealer;
	let opener: Opener;
	beforeEach(async () => {
		const key = new Uint8Array(32).fill(7);
		sealer = new Sealer(await webAead(key));
		opener = new Opener(await webAead(key));
	});

	/** What a message on the wire says, after the relay has had it. */
	const open = (message: Uint8Array) => {
		const frame = readFrame(message);
		if (!frame) throw new Error('too short');
		return opener.open(frame);
	};
	const data = (offset: number, text: string): ChannelFrame => ({
		type: FRAME.DATA,
		offset,
		bytes: bytesOf(text)
	});

	test.each<ChannelFrame>([
		data(2 ** 40 + 5, 'output'),
		{ type: FRAME.ACK, offset: 2 ** 52 },
		{ type: FRAME.INPUT, sequence: 4_000_000_000, bytes: bytesOf('ls\r') },
		{ type: FRAME.INPUT_ACK, sequence: 7 },
		{ type: FRAME.RESIZE, cols: 120, rows: 40 },
		{ type: FRAME.SNAPSHOT, offset: 9, flags: 3, bytes: bytesOf('screen') },
		{ type: FRAME.GAP, from: 5, to: 10 },
		{ type: FRAME.PING, at: 1234 },
		{ type: FRAME.CLOSE, close: { kind: 'ended', exitCode: 3 } },
		{ type: FRAME.REQUEST, request: { id: 1, ask: 'folders.list', path: '/home' } },
		{ type: FRAME.RESPONSE, response: { id: 1, ok: true, sessions: [] } }
	])('carries %o', async (frame) => {
		expect(await open(await sealer.seal(VIEWER_CHANNEL, frame))).toEqual(frame);
	});

	test('keeps its order however many are on their way', async () => {
		const texts = Array.from({ length: 50 }, (_, index) => `line ${index}`);

		const messages = await Promise.all(texts.map((text, at) => sealer.seal(1, data(at, text))));
		const frames = await Promise.all(messages.map(open));

		expect(frames.map((frame) => 'bytes' in frame && textOf(frame.bytes))).toEqual(texts);
	});

	test('lets the relay write the channel, and nothing else', async () => {
		const message = await sealer.seal(1, data(0, 'x'));
		new DataView(message.buffer).setUint32(1, 77);

		expect(await open(message)).toEqual(data(0, 'x'));
	});

	test.each<[string, (message: Uint8Array) => Uint8Array]>([
		['another type', (message) => message.fill(FRAME.SNAPSHOT, 0, 1)],
		['another offset', (message) => message.fill(1, 12, 13)],
		['other bytes', (message) => message.map((byte, at) => (at === 13 ? byte ^ 1 : byte))],
		['fewer bytes', (message) => message.subarray(0, -1)],
		['no body', (message) => message.subarray(0, 5)],
		['an offset that no number holds', (message) => message.fill(255, 5, 13)]
	])('breaks where a relay makes %s of it, and stays broken', async (_name, change) => {
		const [first, second] = [
			await sealer.seal(1, data(0, 'ab')),
			await sealer.seal(1, data(2, 'c'))
		];

		await expect(open(change(first))).rejects.toThrow(BrokenChannel);
		await expect(open(second)).rejects.toThrow(BrokenChannel);
	});

	test('breaks where a frame is repeated, left out, moved or forged', async () => {
		const [one, two, three] = [
			await sealer.seal(1, data(0, 'a')),
			await sealer.seal(1, data(1, 'b')),
			await sealer.seal(1, data(2, 'c'))
		];
		await open(one);
		await open(two);

		await expect(open(two)).rejects.toThrow(BrokenChannel);
		await expect(open(three)).rejects.toThrow(BrokenChannel);
	});

	test('takes no frame that was never sealed', async () => {
		await expect(open(frameOf(FRAME.INPUT, 1, bytesOf('rm -rf /\r')))).rejects.toThrow(
			BrokenChannel
		);
	});

	test('sends nothing that a relay would close the socket for, and goes on', async () => {
		const most = WIRE.frameBytes - 5 - 8 - 16;
		const longest = await sealer.seal(1, data(0, 'x'.repeat(most)));

		expect(longest).toHaveLength(WIRE.frameBytes);
		expect(() => sealer.seal(1, data(0, 'x'.repeat(most + 1)))).toThrow(RangeError);
		expect(await open(longest)).toMatchObject({ offset: 0 });
		expect(await open(await sealer.seal(1, data(most, 'y')))).toEqual(data(most, 'y'));
	});

	test.each([-1, 0.5, Number.NaN, 2 ** 53])('sends no offset of %d', async (offset) => {
		expect(() => sealer.seal(1, data(offset, ''))).toThrow(RangeError);
	});
});
