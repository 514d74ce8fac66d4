import { expect, test } from 'vitest';
import { randomBytes } from '#protocol/bytes';
import { webAead } from '#protocol/sealing';
import { nodeAead } from './node-aead.ts';

const [nonce, additional, plaintext] = [randomBytes(12), randomBytes(9), randomBytes(40_000)];

test('seals to the same bytes as a browser, and opens what a browser has sealed', async () => {
	const key = randomBytes(32);
	const [ours, theirs] = [await nodeAead(key), await webAead(key)];

	const sealed = await ours.seal(nonce, additional, plaintext);

	expect(Buffer.from(sealed).equals(await theirs.seal(nonce, additional, plaintext))).toBe(true);
	expect(Buffer.from(await ours.open(nonce, additional, sealed)).equals(plaintext)).toBe(true);
});

test('opens nothing that was changed or is too short', async () => {
	const cipher = await nodeAead(randomBytes(32));
	const sealed = await cipher.seal(nonce, additional, plaintext);
	sealed[5] = (sealed[5] ?? 0) ^ 1;

	expect(() => cipher.open(nonce, additional, sealed)).toThrow();
	expect(() => cipher.open(nonce, additional, sealed.subarray(0, 7))).toThrow();
	expect(() => cipher.open(nonce, additional, sealed.subarray(0, 20))).toThrow();
});
