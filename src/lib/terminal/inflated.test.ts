import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { WIRE } from '#protocol/limits';
import { inflated } from './inflated';

test('unpacks what a computer has packed', async () => {
	const screen = Buffer.from('a screen, größer 🎈\r\n'.repeat(1_000));

	const unpacked = await inflated(new Uint8Array(deflateRawSync(screen)));

	expect(Buffer.from(unpacked)).toEqual(screen);
});

test('does not unpack without end', async () => {
	const bomb = deflateRawSync(Buffer.alloc(WIRE.snapshotBytes + 1));

	await expect(inflated(new Uint8Array(bomb))).rejects.toThrow(RangeError);
	await expect(inflated(new Uint8Array([7, 7, 7]))).rejects.toThrow();
});
