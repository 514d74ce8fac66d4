/** Where a line of a list goes: one step, to an end, or beside another. */
export type Place = 'up' | 'down' | 'top' | 'bottom' | Neighbours;

/** A place by its one neighbour, as the server takes it: without one it is the top. */
export interface Neighbours {
	after?: string;
	before?: string;
}

/**
 * Finds where a line goes among its like.
 *
 * @returns its neighbour and its number there, from 1; nothing where it stands there already
 */
export function placeIn(
	lines: readonly { id: string }[],
	id: string,
	place: Place
): { neighbours: Neighbours; position: number } | undefined {
	const from = lines.findIndex((line) => line.id === id);
	const others = lines.filter((line) => line.id !== id);
	const to = indexOf(place, from, others);
	if (from === -1 || to === from || to < 0 || to > others.length) return undefined;
	const before = others[to];
	const after = others[to - 1];
	const position = to + 1;
	if (to === 0) return { neighbours: {}, position };
	// Beside the neighbour that it passed: what lies hidden on its other side stays where it is.
	if (to < from && before) return { neighbours: { before: before.id }, position };
	return { neighbours: after ? { after: after.id } : {}, position };
}

function indexOf(place: Place, from: number, others: readonly { id: string }[]): number {
	if (place === 'up') return from - 1;
	if (place === 'down') return from + 1;
	if (place === 'top') return 0;
	if (place === 'bottom') return others.length;
	if (place.before) return others.findIndex(({ id }) => id === place.before);
	const after = others.findIndex(({ id }) => id === place.after);
	return after === -1 ? -1 : after + 1;
}

/** The list with one line in another place. A neighbour that is gone leaves it as it is. */
export function moved<Line extends { id: string }>(
	lines: Line[],
	id: string,
	{ after, before }: Neighbours
): Line[] {
	const own = lines.filter((line) => line.id === id);
	const others = lines.filter((line) => line.id !== id);
	const neighbour = after ?? before;
	if (neighbour === undefined) return [...own, ...others];
	const at = others.findIndex((line) => line.id === neighbour);
	return at === -1 ? lines : others.toSpliced(after ? at + 1 : at, 0, ...own);
}
