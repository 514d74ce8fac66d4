import { expect, test } from 'vitest';
import { joined, randomBytes } from '#protocol/bytes';
import type { ChannelFrame } from '#protocol/channel-frames';
import { FRAME, readFrame, type Frame } from '#protocol/frames';
import { BrokenChannel, Opener, Sealer, webAead } from '#protocol/sealing';
import { nodeAead } from './node-aead.ts';

const [nonce, additional, plaintext] = [randomBytes(12), randomBytes(9), randomBytes(40_000)];

test('seals to the same bytes as a browser, and opens what a browser has sealed', async () => {
	const key = randomBytes(32);
	const [ours, theirs] = [await nodeAead(key), await webAead(key)];

	const sealed = joined(...(await ours.seal(nonce, additional, plaintext)));

	const wanted = joined(...(await theirs.seal(nonce, additional, plaintext)));
	expect(Buffer.from(sealed).equals(wanted)).toBe(true);
	expect(Buffer.from(await ours.open(nonce, additional, sealed)).equals(plaintext)).toBe(true);
});

test('opens nothing that was changed or is too short', async () => {
	const cipher = await nodeAead(randomBytes(32));
	const sealed = joined(...(await cipher.seal(nonce, additional, plaintext)));
	sealed[5] = (sealed[5] ?? 0) ^ 1;

	expect(() => cipher.open(nonce, additional, sealed)).toThrow();
	expect(() => cipher.open(nonce, additional, sealed.subarray(0, 7))).toThrow();
	expect(() => cipher.open(nonce, additional, sealed.subarray(0, 20))).toThrow();
});

test('a channel that has not opened once opens nothing more, also when the frame itself is right', async () => {
	const key = randomBytes(32);
	const [sealer, opener] = [new Sealer(await nodeAead(key)), new Opener(await nodeAead(key))];
	const frames = [1, 2, 3].map((at): ChannelFrame => ({ type: FRAME.ACK, offset: at }));
	const [first, second, third] = (await Promise.all(frames.map((one) => sealer.seal(1, one)))).map(
		(message) => readFrame(message) as Frame
	) as [Frame, Frame, Frame];
	second.body[0] = (second.body[0] ?? 0) ^ 1;

	expect(opener.open(first)).toEqual(frames[0]);
	await expect(opener.open(second)).rejects.toThrow(BrokenChannel);
	await expect(opener.open(third)).rejects.toThrow(BrokenChannel);
});
