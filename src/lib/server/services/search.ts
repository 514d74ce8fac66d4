import { LIMITS } from '$lib/limits';
import type { FindText } from '$lib/schemas/search';
import type { SearchHit, SearchKind, SearchPage } from '$lib/search';
import { isEmptySearch, parseSearch, type SearchFilter, type SearchQuery } from '$lib/search-query';
import { db } from '../db';
import { Prisma, type Star } from '../prisma/client';
import type { PersonalActor } from './actor';
import { decodeCursor, encodeCursor, SearchCursor } from './cursor';
import { Highlighter } from './search-highlights';

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
	const rows = await matching(actor, query, after);
	const hits = rows.slice(0, LIMITS.searchPageSize);
	const last = hits.at(-1);
	const page: SearchPage = {
		hits: hits.map((row) => hitOf(row, highlighter)),
		isCapped: (rows[0]?.matches ?? 0) >= LIMITS.searchMatches,
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

async function matching(
	actor: PersonalActor,
	query: SearchQuery,
	after?: { rank: number; id: string }
): Promise<Row[]> {
	const words = query.phrases.filter(hasWord);
	const asked = Prisma.sql`search_query(${words}::text[], ${query.lastBegins})`;
	const within = Prisma.sql`${filtersOf(query)} AND ${literally(query)}`;
	const candidates = (match: Prisma.Sql) => Prisma.sql`
		(SELECT e.id FROM owners CROSS JOIN LATERAL (
			SELECT e.* FROM search_entries AS e WHERE e.owner_id = owners.id AND ${match}
		) AS e ${readable(actor)} AND ${within}
		${words.length ? Prisma.empty : Prisma.sql`ORDER BY e.id DESC`} LIMIT ${LIMITS.searchMatches})`;
	const found = words.length
		? Prisma.sql`${candidates(Prisma.sql`e.title_words @@ ${asked}`)}
			UNION ${candidates(Prisma.sql`e.words @@ ${asked}`)}`
		: candidates(Prisma.sql`true`);
	const rank = words.length
		? Prisma.sql`(ts_rank('{0.01, 0.05, 0.3, 1.0}', e.words, ${asked}, 1) * 1000000)::int
			+ CASE WHEN e.title_words @@ ${asked} THEN 2000000 ELSE 0 END`
		: Prisma.sql`0`;
	return db.$queryRaw<Row[]>`
		WITH owners AS MATERIALIZED (${owners(actor)}), found AS MATERIALIZED (${found}),
		page AS (
			SELECT ranked.* FROM (
				SELECT e.id, ${rank} AS rank, (count(*) OVER ())::int AS matches
				FROM found JOIN search_entries AS e ON e.id = found.id
			) AS ranked
			WHERE ${after ? Prisma.sql`(rank, id) < (${after.rank}, ${after.id}::uuid)` : Prisma.sql`true`}
			ORDER BY rank DESC, id DESC LIMIT ${LIMITS.searchPageSize + 1}
		)
		SELECT ${columns}, ${body}, page.rank, page.matches
		FROM page JOIN search_entries AS e ON e.id = page.id ${readable(actor)}
		ORDER BY page.rank DESC, page.id DESC`;
}

/** Titles that nearly say what was asked, the nearest first. */
async function resembling(actor: PersonalActor, query: SearchQuery): Promise<Row[]> {
	const said = query.phrases.join(' ');
	return db.$queryRaw<Row[]>`
		SELECT ${columns}, ${body}, 0 AS rank, 0 AS matches
		FROM (${owners(actor)}) AS owners
		CROSS JOIN LATERAL search_like(owners.id, search_fold(${said})) AS near
		JOIN search_entries AS e ON e.id = near.id ${readable(actor)} AND ${filtersOf(query)}
		ORDER BY near.likeness DESC, e.id DESC LIMIT 5`;
}

const hasWord = (phrase: string): boolean => /[\p{L}\p{N}]/u.test(phrase);

/** Signs without a letter are looked for in titles as they stand; what must not be there is left out. */
function literally({ phrases, without }: SearchQuery): Prisma.Sql {
	const signs = phrases.filter((phrase) => !hasWord(phrase));
	const parts = [
		...signs.map((sign) => Prisma.sql`strpos(e.title, search_fold(${sign})) > 0`),
		...without.map((phrase) =>
			hasWord(phrase)
				? Prisma.sql`NOT e.words @@ search_query(${[phrase]}::text[], false)`
				: Prisma.sql`strpos(e.title, search_fold(${phrase})) = 0`
		)
	];
	return parts.length ? Prisma.join(parts, ' AND ') : Prisma.sql`true`;
}

const FILTER: Record<SearchFilter, Prisma.Sql> = {
	'is:starred': Prisma.sql`coalesce(f.star, m.star) IN ('star', 'super')`,
	'is:super': Prisma.sql`coalesce(f.star, m.star) = 'super'`,
	'is:done': Prisma.sql`f.completed_at IS NOT NULL`,
	'is:open': Prisma.sql`f.id IS NOT NULL AND f.completed_at IS NULL`,
	'is:archived': Prisma.sql`m.archived_at IS NOT NULL`,
	// What is past its time is only waiting to be purged.
	'in:trash': Prisma.sql`m.role = 'owner' AND (
		(i.deleted_at IS NOT NULL AND i.undo_expires_at > now())
		OR (f.deleted_at IS NOT NULL AND f.undo_expires_at > now() AND i.deleted_at IS NULL)
	)`,
	'has:link': Prisma.sql`(f.id IS NULL AND i.link_url IS NOT NULL)`,
	'has:notes': Prisma.sql`coalesce(f.notes, i.notes) <> ''`
};

function filtersOf({ filters, tags }: SearchQuery): Prisma.Sql {
	const live = Prisma.sql`i.deleted_at IS NULL AND f.deleted_at IS NULL`;
	return Prisma.join(
		[
			...(filters.includes('in:trash') ? [] : [live]),
			...filters.map((filter) => FILTER[filter]),
			...tags.map((tag) => Prisma.sql`f.id IS NULL AND m.tags @> ARRAY[${tag}::text]`)
		],
		' AND '
	);
}
