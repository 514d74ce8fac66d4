/*
 * The mask of RFC 6455, 5.3, word by word. `ws` has a loop over bytes, and takes a faster one from a package with
 * native parts, `bufferutil`, where that is installed. Bundles of relay and runner get this in its place.
 */

/** Masks bytes, or takes their mask off, where they are. */
export function unmask(bytes: Uint8Array, mask: Uint8Array): void {
	const { buffer, byteOffset, length } = bytes;
	// Up to where words may begin in memory.
	const front = -byteOffset & 3;
	if (length <= front) return eachByte(bytes, mask, { from: 0, to: length });
	const words = new Int32Array(buffer, byteOffset + front, (length - front) >> 2);
	eachByte(bytes, mask, { from: 0, to: front });
	const turned = Uint8Array.of(...[0, 1, 2, 3].map((at) => mask[(front + at) & 3] ?? 0));
	const [word = 0] = new Int32Array(turned.buffer);
	for (let at = 0; at < words.length; at += 1) words[at] = (words[at] ?? 0) ^ word;
	eachByte(bytes, mask, { from: front + words.byteLength, to: length });
}

/** Puts masked bytes into another buffer: so many, from an offset on. */
export function mask(
	...[source, key, output, offset, length]: [Uint8Array, Uint8Array, Uint8Array, number, number]
): void {
	// Often it is the same memory, and stays where it is.
	if (output !== source || offset !== 0) output.set(source.subarray(0, length), offset);
	unmask(output.subarray(offset, offset + length), key);
}

function eachByte(
	bytes: Uint8Array,
	mask: Uint8Array,
	{ from, to }: { from: number; to: number }
): void {
	for (let at = from; at < to; at += 1) bytes[at] = (bytes[at] ?? 0) ^ (mask[at & 3] ?? 0);
}
