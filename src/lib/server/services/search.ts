import { LIMITS } from '$lib/limits';
import type { FindText } from '$lib/schemas/search';
import type { SearchHit, SearchKind, SearchPage } from '$lib/search';
import { isEmptySearch, parseSearch, type SearchQuery } from '$lib/search-query';
import { db } from '../db';
import { Prisma, type Star } from '../prisma/client';
import type { PersonalActor } from './actor';
import { decodeCursor, encodeCursor, SearchCursor } from './cursor';
import { anyOf, conditionsOf, wordsOf } from './search-conditions';
import { Highlighter } from './search-highlights';
import { ONE_BY_ONE, waysFor, type Search, type Way } from './search-matches';

/** As much of a text as is read to find a hit in it. */
const TEXT_READ_CHARS = 20_000;
/** With fewer results than these, titles that nearly say it are looked for as well. */
const FEW = 3;

/** A row of either statement. */
interface Row {
	kind: SearchKind;
	id: string;
	ideaId: string;
	ideaTitle: string;
	title: string;
	body: string;
	star: Star;
	isDone: boolean;
	isArchived: boolean;
	isInTrash: boolean;
	rank: number;
	matches: number;
}

/**
 * One page of what a person may read and a query asks for: titles before labels before texts, then the newest.
 * One statement; a second one looks for titles that nearly say it when the first finds little.
 *
 * @throws BAD_REQUEST for a cursor of another list
 */
export async function findText(actor: PersonalActor, { q, cursor }: FindText): Promise<SearchPage> {
	const query = parseSearch(q);
	const { notes } = query;
	if (isEmptySearch(query)) return { hits: [], isCapped: false, notes };
	const highlighter = new Highlighter(query);
	const after = cursor ? decodeCursor(SearchCursor, cursor) : undefined;
	const { rows, isPart } = await matching({ actor, query, after });
	const hits = rows.slice(0, LIMITS.searchPageSize);
	const last = hits.at(-1);
	const page: SearchPage = {
		hits: hits.map((row) => hitOf(row, highlighter)),
		isCapped: isPart || (rows[0]?.matches ?? 0) >= LIMITS.searchMatches,
		notes
	};
	if (last && rows.length > hits.length) {
		page.nextCursor = encodeCursor([String(last.rank), last.id]);
	}
	if (after || hits.length >= FEW || query.phrases.length === 0) return page;
	const known = new Set(hits.map(({ id }) => id));
	const near = (await resembling(actor, query)).filter(({ id }) => !known.has(id));
	return {
		...page,
		hits: [...page.hits, ...near.map((row) => ({ ...hitOf(row, highlighter), isNear: true }))],
		...(hits.length === 0 && near[0] && { didYouMean: near[0].title })
	};
}

function hitOf({ title, body, rank: _r, matches: _m, ...row }: Row, marks: Highlighter): SearchHit {
	return { ...row, title: marks.mark(title), excerpt: marks.excerpt(body), isNear: false };
}

/**
 * Whose entries can hold something that the person may read: their own, and those of ideas that were shared with
 * them. Every index begins with the owner, so that nobody else's rows are looked at.
 */
const owners = (actor: PersonalActor) => Prisma.sql`
	SELECT ${actor.userId}::uuid AS id
	UNION SELECT i.owner_id FROM idea_members AS m JOIN ideas AS i ON i.id = m.idea_id
	WHERE m.user_id = ${actor.userId}::uuid AND m.role <> 'owner'`;

/** What the person may read of the entries `e`, as `m`, `i` and `f`. */
const readable = (actor: PersonalActor) => Prisma.sql`
	JOIN idea_members AS m ON m.idea_id = e.idea_id AND m.user_id = ${actor.userId}::uuid
	JOIN ideas AS i ON i.id = e.idea_id
	LEFT JOIN features AS f ON f.id = e.feature_id
	WHERE (f.id IS NULL OR f.visibility = 'inherit' OR m.role IN ('owner', 'editor'))`;

const columns = Prisma.sql`
	e.kind::text, e.id, e.idea_id AS "ideaId", i.title AS "ideaTitle", coalesce(f.title, i.title) AS title,
	coalesce(f.star, m.star)::text AS star, f.completed_at IS NOT NULL AS "isDone",
	m.archived_at IS NOT NULL AS "isArchived",
	i.deleted_at IS NOT NULL OR f.deleted_at IS NOT NULL AS "isInTrash"`;

/** The text of a result, for the page alone. */
const body = Prisma.sql`left(CASE WHEN f.id IS NULL THEN concat_ws(E'\n', i.notes, i.link_label, i.link_url)
	ELSE concat_ws(E'\n', f.notes, section_texts(f.sections, 'label'), section_texts(f.sections, 'body'))
	END, ${TEXT_READ_CHARS}) AS body`;

/**
 * A page of what matches, by rank. Where looking through the words meets too little of what the filters ask for,
 * a second statement begins with the filters: neither depends on what the planner guesses.
 */
async function matching(search: Search): Promise<{ rows: Row[]; isPart: boolean }> {
	let found: Awaited<ReturnType<typeof pageBy>> = { rows: [], isPart: false, isCut: true };
	for (const way of waysFor(search)) {
		if (found.isCut) found = await pageBy(way, search);
	}
	return found;
}

async function pageBy({ looked, found, isPart, isCut }: Way, search: Search) {
	const { actor, query, after } = search;
	const words = wordsOf(query);
	const rank = words
		? Prisma.sql`(ts_rank('{0.01, 0.05, 0.3, 1.0}', e.words, ${words}, 1) * 1000000)::int
			+ CASE WHEN e.title_words @@ ${words} THEN 2000000 ELSE 0 END`
		: Prisma.sql`0`;
	const [first, ...others] = await db.$queryRaw<(PageState & (Row | { id: null }))[]>`
		WITH ${looked}, found AS MATERIALIZED (${found}),
		page AS (
			SELECT ranked.* FROM (
				SELECT e.id, ${rank} AS rank, (count(*) OVER ())::int AS matches
				FROM found CROSS JOIN LATERAL (
					SELECT * FROM search_entries WHERE id = found.id ${ONE_BY_ONE}
				) AS e
			) AS ranked
			WHERE ${after ? Prisma.sql`(rank, id) < (${after.rank}, ${after.id}::uuid)` : Prisma.sql`true`}
			ORDER BY rank DESC, id DESC LIMIT ${LIMITS.searchPageSize + 1}
		)
		SELECT state.*, hit.* FROM (SELECT ${isPart} AS "isPart", ${isCut} AS "isCut") AS state
		LEFT JOIN (
			SELECT ${columns}, ${body}, page.rank, page.matches
			FROM page JOIN search_entries AS e ON e.id = page.id ${readable(actor)}
		) AS hit ON true
		ORDER BY hit.rank DESC, hit.id DESC`;
	const rows = [first, ...others].filter((row) => row !== undefined && row.id !== null);
	return { rows: rows as Row[], isPart: first?.isPart ?? false, isCut: first?.isCut ?? false };
}

/** How a statement came by its rows. */
interface PageState {
	isPart: boolean;
	isCut: boolean;
}

/** Titles that nearly say what was asked, the nearest first. */
async function resembling(actor: PersonalActor, query: SearchQuery): Promise<Row[]> {
	const said = query.phrases.join(' ');
	const { idea, feature } = conditionsOf(query);
	return db.$queryRaw<Row[]>`
		SELECT ${columns}, ${body}, 0 AS rank, 0 AS matches
		FROM (${owners(actor)}) AS owners
		CROSS JOIN LATERAL search_like(owners.id, search_fold(${said})) AS near
		JOIN search_entries AS e ON e.id = near.id ${readable(actor)}
			AND CASE WHEN f.id IS NULL THEN ${anyOf(idea)} ELSE ${anyOf(feature)} END
		ORDER BY near.likeness DESC, e.id DESC LIMIT 5`;
}
