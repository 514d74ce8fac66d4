import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';
import type { Spot } from '$lib/schemas/moves';
import type { Transaction } from '../db';
import { Prisma } from '../prisma/client';
import { refusal } from '../refusal';

/*
 * The order of a list that people arrange by hand. Each row has a key, and a move gives a new key to the row
 * that moves and to no other. Places are found in the whole list, with what is filtered away, not loaded, in
 * the Trash or put aside, so that whatever a client sees of it, there is one order. Whoever calls holds the lock of the
 * list: `lockPeople` for a board, `lockIdea` for the features of an idea.
 */

/** Whose order it is. */
export type List = { board: string } | { featuresOf: string };

/** Where a thing stood and where it stands now. */
export interface Moved {
	id: string;
	from: string;
	to: string;
}

/** A thing and its key. */
export interface Position {
	id: string;
	position: string;
}

/** What a move changed. */
export interface Rearranged {
	/** Those that were to move, in their order; `from` and `to` are the same where nothing changed. */
	moved: Moved[];
	/** Others that got a shorter key and stand where they stood. */
	respaced: Position[];
}

/** Longer keys are not given out: the rows around them get shorter ones. */
const KEY_CHARS = 48;
/** Rows get shorter keys at least until these have become so short again. */
const RESPACED_CHARS = 24;
/** Rows on each side of a gap that are looked at first when keys have grown long. */
const WINDOW_ROWS = 32;

/** What differs between the lists. */
interface Columns {
	rows: Prisma.Sql;
	id: Prisma.Sql;
	/** Which rows are of this list. */
	ofList: Prisma.Sql;
}

const columnsOf = (list: List): Columns =>
	'board' in list
		? {
				rows: Prisma.sql`idea_members`,
				id: Prisma.sql`idea_id`,
				ofList: Prisma.sql`user_id = ${list.board}::uuid`
			}
		: {
				rows: Prisma.sql`features`,
				id: Prisma.sql`id`,
				ofList: Prisma.sql`idea_id = ${list.featuresOf}::uuid`
			};

/**
 * Moves things of a list to one place. They keep their order; whichever are not in the list are not moved and
 * not in the answer.
 *
 * @throws CONFLICT when the neighbour is not in the list
 */
export async function moveInList(
	tx: Transaction,
	list: List,
	{ ids, ...spot }: Spot & { ids: string[] }
): Promise<Rearranged> {
	const columns = columnsOf(list);
	const own = await tx.$queryRaw<Position[]>`
		SELECT ${columns.id} AS id, position FROM ${columns.rows}
		WHERE ${columns.ofList} AND ${columns.id} = ANY(${ids}::uuid[])
		ORDER BY position, ${columns.id}`;
	const gap = await gapAt(tx, columns, { ids, spot });
	if (own.every(({ position }) => isWithin(position, gap))) {
		return { moved: own.map(({ id, position }) => moved(id, position, position)), respaced: [] };
	}
	const keys = keysIn(gap, own.length);
	if (keys) {
		const placed = own.map(({ id, position }, place) => moved(id, position, keys[place] ?? ''));
		await write(
			tx,
			columns,
			placed.map(({ id, to }) => ({ id, position: to }))
		);
		return { moved: placed, respaced: [] };
	}
	return respace(tx, columns, { own, gap });
}

const moved = (id: string, from: string, to: string): Moved => ({ id, from, to });

/** Two neighbours, without those that move. Nothing stands beyond an end. */
interface Gap {
	before: Position | null;
	behind: Position | null;
}

const isWithin = (position: string, { before, behind }: Gap): boolean =>
	(!before || before.position < position) && (!behind || position < behind.position);

/** Where the things shall go. */
async function gapAt(
	tx: Transaction,
	columns: Columns,
	{ ids, spot }: { ids: string[]; spot: Spot }
): Promise<Gap> {
	const { after, before, to } = spot;
	const neighbour = after ?? before;
	if (!neighbour) {
		const end = await rowsBeyond(tx, columns, { ids, backwards: to === 'bottom', count: 1 });
		const [row = null] = end;
		return to === 'bottom' ? { before: row, behind: null } : { before: null, behind: row };
	}
	const [beside] = await tx.$queryRaw<Position[]>`
		SELECT ${columns.id} AS id, position FROM ${columns.rows}
		WHERE ${columns.ofList} AND ${columns.id} = ${neighbour}::uuid`;
	if (!beside) throw refusal('CONFLICT', 'move.neighbourGone');
	const [next = null] = await rowsBeyond(tx, columns, {
		ids,
		from: beside,
		backwards: !after,
		count: 1
	});
	return after ? { before: beside, behind: next } : { before: next, behind: beside };
}

/** The rows that follow a row, or an end, one way or the other; without those that move. */
async function rowsBeyond(
	tx: Transaction,
	{ rows, id, ofList }: Columns,
	{
		ids,
		from,
		backwards,
		count
	}: { ids: string[]; from?: Position | null; backwards: boolean; count: number }
): Promise<Position[]> {
	const beyond = backwards ? Prisma.sql`<` : Prisma.sql`>`;
	const way = backwards ? Prisma.sql`DESC` : Prisma.sql`ASC`;
	const start = from
		? Prisma.sql`(position, ${id}) ${beyond} (${from.position}, ${from.id}::uuid)`
		: Prisma.sql`true`;
	return tx.$queryRaw<Position[]>`
		SELECT ${id} AS id, position FROM ${rows}
		WHERE ${ofList} AND ${start} AND ${id} <> ALL(${ids}::uuid[])
		ORDER BY position ${way}, ${id} ${way}
		LIMIT ${count}`;
}

/** Keys for a gap; nothing when it is full: its neighbours have the same key, or the new ones would be too long. */
function keysIn(
	{ before, behind }: Gap,
	count: number,
	maxChars = KEY_CHARS
): string[] | undefined {
	const [low, high] = [before?.position ?? null, behind?.position ?? null];
	if (low !== null && high !== null && low >= high) return undefined;
	const keys = generateNKeysBetween(low, high, count);
	return keys.every((key) => key.length <= maxChars) ? keys : undefined;
}

/**
 * Moves into a gap that is full: a window of rows around it gets fresh keys, as wide as it must be. So do the
 * old places of those that move, because undoing leads back to them.
 */
async function respace(
	tx: Transaction,
	columns: Columns,
	{ own, gap }: { own: Position[]; gap: Gap }
): Promise<Rearranged> {
	const ids = own.map(({ id }) => id);
	for (let count = WINDOW_ROWS; ; count *= 4) {
		const [below, above] = [
			await windowOf(tx, columns, { ids, from: gap.before, backwards: true, count }),
			await windowOf(tx, columns, { ids, from: gap.behind, backwards: false, count })
		];
		const edge = { before: below.edge, behind: above.edge };
		const left = own.filter(
			(one) =>
				(!edge.before || isBefore(edge.before, one)) && (!edge.behind || isBefore(one, edge.behind))
		);
		const isLow = (one: Position) => gap.before !== null && isBefore(one, gap.before);
		const line: { row?: Position; leaves?: Position }[] = [
			...inOrder(below.rows, left.filter(isLow)),
			...own.map((row) => ({ row })),
			...inOrder(
				above.rows,
				left.filter((one) => !isLow(one))
			)
		];
		const isWhole = !edge.before && !edge.behind;
		const keys = keysIn(edge, line.length, isWhole ? Infinity : RESPACED_CHARS);
		if (!keys) continue;
		const [fresh, places] = [new Map<string, string>(), new Map<string, string>()];
		line.forEach(({ row, leaves }, place) => {
			if (row) fresh.set(row.id, keys[place] ?? '');
			if (leaves) places.set(leaves.id, keys[place] ?? '');
		});
		const written = [...fresh].map(([id, position]) => ({ id, position }));
		await write(tx, columns, written);
		return {
			moved: own.map(({ id, position }) =>
				moved(id, places.get(id) ?? position, fresh.get(id) ?? position)
			),
			respaced: written.filter(({ id }) => !ids.includes(id))
		};
	}
}

/** The rows from one side of a gap on, and the first one that keeps its key. */
async function windowOf(
	tx: Transaction,
	columns: Columns,
	given: { ids: string[]; from: Position | null; backwards: boolean; count: number }
): Promise<{ rows: Position[]; edge: Position | null }> {
	if (!given.from) return { rows: [], edge: null };
	const all = [given.from, ...(await rowsBeyond(tx, columns, given))];
	const [edge = null] = all.splice(given.count);
	return { rows: all, edge };
}

const isBefore = (a: Position, b: Position): boolean =>
	a.position < b.position || (a.position === b.position && a.id < b.id);

/** Rows, and places that are left, in the order that they have. */
const inOrder = (rows: Position[], left: Position[]) =>
	[
		...rows.map((row) => ({ at: row, row })),
		...left.map((leaves) => ({ at: leaves, leaves }))
	].sort((a, b) => (isBefore(a.at, b.at) ? -1 : 1));

async function write(
	tx: Transaction,
	{ rows, id, ofList }: Columns,
	positions: Position[]
): Promise<number> {
	return tx.$executeRaw`
		UPDATE ${rows} SET position = fresh.position
		FROM unnest(
			${positions.map((one) => one.id)}::uuid[],
			${positions.map(({ position }) => position)}::text[]
		) AS fresh (id, position)
		WHERE ${ofList} AND ${rows}.${id} = fresh.id`;
}

/**
 * Puts things back to where they stood, if they still stand where the move had put them. Whoever took such a
 * place in the meantime keeps it: what comes back stands right behind.
 *
 * @returns where they stand, or nothing when one of them had moved since; then nothing is done
 */
export async function putBack(
	tx: Transaction,
	list: List,
	moves: Moved[]
): Promise<Position[] | undefined> {
	const columns = columnsOf(list);
	const ids = moves.map(({ id }) => id);
	const now = await tx.$queryRaw<Position[]>`
		SELECT ${columns.id} AS id, position FROM ${columns.rows}
		WHERE ${columns.ofList} AND ${columns.id} = ANY(${ids}::uuid[])`;
	const positionOf = new Map(now.map(({ id, position }) => [id, position]));
	if (!moves.every(({ id, to }) => positionOf.get(id) === to)) return undefined;
	const taken = await takenOf(tx, columns, moves);
	const back: Position[] = [];
	for (const { id, from } of moves) {
		const next = taken.has(from) ? await positionBehind(tx, columns, { ids, from }) : undefined;
		// Another one that comes back may have stood in between.
		const limits = [next, ...moves.map((move) => move.from)].filter((one) => one && one > from);
		const position = taken.has(from) ? generateKeyBetween(from, limits.toSorted()[0]) : from;
		back.push({ id, position });
	}
	await write(tx, columns, back);
	return back;
}

/** The old places that others have now. */
async function takenOf(tx: Transaction, { rows, id, ofList }: Columns, moves: Moved[]) {
	const taken = await tx.$queryRaw<{ position: string }[]>`
		SELECT position FROM ${rows}
		WHERE ${ofList} AND position = ANY(${moves.map(({ from }) => from)}::text[])
			AND ${id} <> ALL(${moves.map((move) => move.id)}::uuid[])`;
	return new Set(taken.map(({ position }) => position));
}

async function positionBehind(
	tx: Transaction,
	{ rows, id, ofList }: Columns,
	{ ids, from }: { ids: string[]; from: string }
): Promise<string | undefined> {
	const [next] = await tx.$queryRaw<{ position: string }[]>`
		SELECT position FROM ${rows}
		WHERE ${ofList} AND position > ${from} AND ${id} <> ALL(${ids}::uuid[])
		ORDER BY position LIMIT 1`;
	return next?.position;
}
