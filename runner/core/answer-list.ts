/** Bytes of JSON for the lists of one answer: with what stands around them they fit into one frame. */
export const LIST_BYTES = 49_152;

/** The first of some items, as many as fit into so many bytes of JSON. */
export function whatFits<Item>(items: readonly Item[], bytes: number): Item[] {
	let left = bytes;
	const tooMuch = items.findIndex((item) => {
		// Each has a comma behind it.
		left -= jsonBytes(item) + 1;
		return left < 0;
	});
	return tooMuch < 0 ? [...items] : items.slice(0, tooMuch);
}

/** How long something is as JSON, in bytes. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
