import type { Transaction } from '../db';

/**
 * Ideas and features that are compared or written with one go: enough to be quick, few enough that how far it is
 * is said twice a second, and far from where a statement is ended for taking too long.
 */
const SLICE = 500;

/** A part of the file: ideas that follow each other, with their features. */
export interface Slice {
	from: number;
	to: number;
	items: number;
}

/** The whole file in parts. */
export function slicesOf(tx: Transaction, importId: string): Promise<Slice[]> {
	return tx.$queryRaw<Slice[]>`
		SELECT min(idea_index) AS "from", max(idea_index) AS "to", sum(items)::int AS items FROM (
			SELECT idea_index, items, (sum(items) OVER (ORDER BY idea_index) - items) / ${SLICE}::int AS slice
			FROM (SELECT idea_index, count(*)::int AS items FROM import_items
				WHERE import_id = ${importId}::uuid GROUP BY idea_index) AS counted
		) AS sliced GROUP BY floor(slice) ORDER BY 1`;
}
