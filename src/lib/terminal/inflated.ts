import { WIRE } from '#protocol/limits';

/**
 * What raw DEFLATE (RFC 1951) unpacks to.
 *
 * @throws what the system throws where it is none, RangeError where it is more than a snapshot may be
 */
export async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
	const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
	const parts: BlobPart[] = [];
	let length = 0;
	// Read piece by piece: what unpacks without end is noticed before it is all there.
	const reader = unpacked.getReader();
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		length += value.length;
		if (length > WIRE.snapshotBytes) {
			await reader.cancel();
			throw new RangeError('That is more than a screen.');
		}
		parts.push(value);
	}
	return new Uint8Array(await new Blob(parts).arrayBuffer());
}
