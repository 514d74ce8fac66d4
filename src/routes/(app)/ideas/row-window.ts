/** A part of a list by places: from the first up to, and without, the last. */
export interface Range {
	from: number;
	to: number;
}

/** What of a list is on the page: a line, or a gap as high as the lines it stands for. */
export type Piece<T> = { key: string; row: T; place: number } | { key: string; gapPx: number };

/** How many lines are on the page whole: fewer than these cost nothing that one would notice. */
export const WHOLE = 60;

/** Lines come and go this many at a time, so that not each pixel of scrolling changes the page. */
const BLOCK = 25;

/**
 * The lines of a list that lie between two heights, measured from the top of the list.
 *
 * @param heightOf how high a line is, in pixels
 */
export function rangeBetween<T>(
	rows: readonly T[],
	heightOf: (row: T) => number,
	[topPx, bottomPx]: readonly [number, number]
): Range {
	let [above, from] = [0, 0];
	while (from < rows.length && above + heightOf(rows[from] as T) <= topPx) {
		above += heightOf(rows[from] as T);
		from += 1;
	}
	let to = from;
	while (to < rows.length && above < bottomPx) {
		above += heightOf(rows[to] as T);
		to += 1;
	}
	return {
		from: Math.floor(from / BLOCK) * BLOCK,
		to: Math.min(rows.length, Math.ceil(to / BLOCK) * BLOCK)
	};
}

/**
 * The lines of a range and, wherever it lies, one more that must not leave the page because it has the focus or
 * is in hand; for the others there are gaps.
 */
export function piecesOf<T extends { key: string }>(
	rows: readonly T[],
	heightOf: (row: T) => number,
	{ from, to, held }: Range & { held?: (row: T) => boolean }
): Piece<T>[] {
	const pieces: Piece<T>[] = [];
	let gapPx = 0;
	const endGap = () => {
		if (gapPx > 0)
			pieces.push({ key: `gap ${pieces.length === 0 ? 'above' : pieces.length}`, gapPx });
		gapPx = 0;
	};
	rows.forEach((row, place) => {
		if ((place >= from && place < to) || held?.(row)) {
			endGap();
			pieces.push({ key: row.key, row, place });
		} else gapPx += heightOf(row);
	});
	endGap();
	return pieces;
}
