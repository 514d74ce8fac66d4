import { excerptOf } from '$lib/excerpt';
import { LIMITS } from '$lib/limits';
import type { Filter, ListIdeas, Sort } from '$lib/schemas/ideas';
import { parseSearch } from '$lib/search-query';
import { cachedBoardPage } from '../board-cache';
import { Prisma, type Star } from '../prisma/client';
import { refusal } from '../refusal';
import { readFromReplica } from '../replica';
import type { PersonalActor } from './actor';
import { BoardCursor, decodeCursor, encodeCursor } from './cursor';
import type { Idea } from './ideas';
import { joinProgress } from './progress';
import { narrowed } from './search-ideas';

/** As much of the notes as is read to find their first line. */
const NOTES_READ_CHARS = 600;

/** An idea as the board shows it: the first line of its notes in place of all of them. */
export type BoardIdea = Omit<Idea, 'notes'> & { excerpt: string };

/** One page of the board, and how many ideas each section holds under the filter. */
export interface BoardPage {
	ideas: BoardIdea[];
	nextCursor?: string;
	counts: Record<Star, number>;
}

/**
 * One page of the ideas that the person has, section by section (super, starred, others) and in each
 * by `sort`. It is the page that is opened most, so it is one statement written by hand.
 *
 * @throws BAD_REQUEST for a cursor of another list
 */
export function listIdeas(actor: PersonalActor, input: ListIdeas): Promise<BoardPage> {
	// What is searched for is rarely asked twice.
	if (input.cursor || input.q) return readPage(actor, input);
	const { userId } = actor;
	return cachedBoardPage({ userId, view: JSON.stringify(input) }, () => readPage(actor, input));
}

async function readPage(actor: PersonalActor, input: ListIdeas): Promise<BoardPage> {
	const order = ORDER[input.sort];
	const after = input.cursor ? decodeCursor(BoardCursor, input.cursor) : undefined;
	if (after && after.value instanceof Date !== order.byTime) {
		throw refusal('BAD_REQUEST', 'cursor.invalid');
	}
	const { said, condition } = narrowed(actor, parseSearch(input.q ?? ''));
	const listed = Prisma.sql`
		FROM idea_members AS m ${JOIN[input.filter] ?? Prisma.empty}
		WHERE m.user_id = ${actor.userId}::uuid AND m.idea_deleted_at IS NULL
			AND m.archived_at IS ${input.filter === 'archived' ? Prisma.sql`NOT NULL` : Prisma.sql`NULL`}
			AND ${input.tag === undefined ? Prisma.sql`true` : Prisma.sql`${input.tag} = ANY(m.tags)`}
			AND ${FILTER[input.filter]}
			AND ${condition}`;
	const inOrder = Prisma.sql`m.star DESC, ${order.by} ${order.direction}, m.idea_id ${order.direction}`;
	const limit = LIMITS.pageSize + 1;
	const part = (condition: Prisma.Sql) => Prisma.sql`(
		SELECT m.* ${listed} AND ${condition} ORDER BY ${inOrder} LIMIT ${limit})`;
	// Each part is a range of one index, also on the last page of many.
	const parts = after ? partsAfter(after, order).map(part) : [part(Prisma.sql`true`)];
	const statement = Prisma.sql`${said}
		SELECT sections.*, page.*, progress.done, progress.total
		FROM (
			SELECT count(*) FILTER (WHERE m.star = 'super')::int AS "inSuper",
				count(*) FILTER (WHERE m.star = 'star')::int AS "inStar",
				count(*) FILTER (WHERE m.star = 'none')::int AS "inNone"
			${listed}
		) AS sections
		LEFT JOIN (
			SELECT i.id, i.title, left(i.notes, ${NOTES_READ_CHARS}) AS notes, i.link_url AS "linkUrl",
				i.link_label AS "linkLabel", i.visibility::text, i.version, i.created_at AS "createdAt",
				i.updated_at AS "updatedAt", m.role::text, m.star::text, m.position,
				m.tags, m.archived_at AS "archivedAt",
				row_number() OVER (ORDER BY ${inOrder}) AS place
			FROM (
				SELECT * FROM (${Prisma.join(parts, ' UNION ALL ')}) AS m
				ORDER BY ${inOrder} LIMIT ${limit}
			) AS m
			JOIN ideas AS i ON i.id = m.idea_id
		) AS page ON true
		${joinProgress(Prisma.sql`page.id`, Prisma.sql`page.role`)}
		ORDER BY page.place`;
	const rows = await readFromReplica((client) => client.$queryRaw<Row[]>(statement));

	const [sections] = rows;
	const counts = {
		super: sections?.inSuper ?? 0,
		star: sections?.inStar ?? 0,
		none: sections?.inNone ?? 0
	};
	const found = rows.flatMap(
		({ inSuper: _s, inStar: _t, inNone: _n, place: _p, notes, ...idea }) =>
			idea.id === null
				? []
				: [{ ...(idea as Omit<Idea, 'notes'>), excerpt: excerptOf(notes ?? '') }]
	);
	const ideas = found.slice(0, LIMITS.pageSize);
	const last = ideas.at(-1);
	if (found.length <= ideas.length || !last) return { ideas, counts };
	return { ideas, counts, nextCursor: encodeCursor([last.star, order.valueOf(last), last.id]) };
}

/** A row of the statement; the idea is absent when the page holds none. */
type Row = { inSuper: number; inStar: number; inNone: number; place: bigint | null } & {
	[Field in keyof Idea]: Idea[Field] | null;
};

const FILTER: Record<Filter, Prisma.Sql> = {
	all: Prisma.sql`true`,
	starred: Prisma.sql`m.star IN ('star', 'super')`,
	unstarred: Prisma.sql`m.star = 'none'`,
	mine: Prisma.sql`m.role = 'owner'`,
	shared: Prisma.sql`m.role <> 'owner'`,
	public: Prisma.sql`i.visibility = 'public'`,
	private: Prisma.sql`i.visibility = 'private'`,
	archived: Prisma.sql`true`
};

/** What a filter needs besides the person's own table. */
const JOIN: Partial<Record<Filter, Prisma.Sql>> = {
	public: Prisma.sql`JOIN ideas AS i ON i.id = m.idea_id`,
	private: Prisma.sql`JOIN ideas AS i ON i.id = m.idea_id`
};

/** How a section is ordered: by what and which way, and the value that a cursor keeps of a row. */
interface Order {
	by: Prisma.Sql;
	direction: Prisma.Sql;
	/** The comparison with whatever lies behind a row. */
	behind: Prisma.Sql;
	/** Whether the values are times; else they are texts. */
	byTime: boolean;
	valueOf: (idea: BoardIdea) => string | Date;
}

const ASCENDING = { direction: Prisma.sql`ASC`, behind: Prisma.sql`>` };
const DESCENDING = { direction: Prisma.sql`DESC`, behind: Prisma.sql`<` };

const ORDER: Record<Sort, Order> = {
	manual: {
		...ASCENDING,
		by: Prisma.sql`m.position`,
		byTime: false,
		valueOf: ({ position }) => position
	},
	newest: {
		...DESCENDING,
		by: Prisma.sql`m.idea_created_at`,
		byTime: true,
		valueOf: ({ createdAt }) => createdAt
	},
	changed: {
		...DESCENDING,
		by: Prisma.sql`m.idea_updated_at`,
		byTime: true,
		valueOf: ({ updatedAt }) => updatedAt
	},
	title: {
		...ASCENDING,
		by: Prisma.sql`m.idea_title`,
		byTime: false,
		valueOf: ({ title }) => title
	}
};

/** Everything behind the row that a cursor names: the rest of its section, and the later sections. */
function partsAfter({ section, value, id }: BoardCursor, { by, behind }: Order): Prisma.Sql[] {
	return [
		Prisma.sql`m.star = ${section}::star AND (${by}, m.idea_id) ${behind} (${value}, ${id}::uuid)`,
		Prisma.sql`m.star < ${section}::star`
	];
}
