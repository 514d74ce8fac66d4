import { LIMITS } from '$lib/limits';
import type { SearchFilter, SearchQuery } from '$lib/search-query';
import { Prisma } from '../prisma/client';
import type { PersonalActor } from './actor';
import { anyOf, conditionsOf, literally, wordsOf } from './search-conditions';

/** How many entries that say the words are looked at one by one, before the other way is taken. */
const LOOKED_AT = 5_000;
/** Words that so few entries say are the quickest way, whatever is asked besides. */
const RARE = 1_000;
/** Without a filter nearly all of them pass: only what is in the Trash, or no longer to be read, does not. */
const LOOKED_AT_UNFILTERED = LIMITS.searchMatches + LIMITS.searchMatches / 4;
/** How many of the newest are, where no words are asked for. */
const WALKED = 2_000;
/** Whoever has found so much among them has enough. */
const ENOUGH = LIMITS.searchPageSize * 10;

/** What finding a page needs to know. */
export interface Search {
	actor: PersonalActor;
	query: SearchQuery;
	/** Where the page before it ended. */
	after?: { rank: number; id: string };
}

/** A way to find what is asked for, as parts of a statement. */
export interface Way {
	/** What is looked at, as common tables. */
	looked: Prisma.Sql;
	/** The ids that were found. */
	found: Prisma.Sql;
	/** Whether there was more than was looked at. */
	isPart: Prisma.Sql;
	/** Whether too little was found in it. */
	isCut: Prisma.Sql;
}

/** Keeps the planner from reading a whole table, everybody's rows with it, for the sake of a few of them. */
export const ONE_BY_ONE = Prisma.sql`OFFSET 0`;
const YES = Prisma.sql`true`;
const NO = Prisma.sql`false`;
const SHARED = Prisma.sql`m.role <> 'owner'`;
const rowsOfPage = LIMITS.searchPageSize + 1;

/** How the page of a search is found, the likely quickest way first. Each is tried when the one before it ended early. */
export function waysFor(search: Search): Way[] {
	const { filters, tags } = search.query;
	const isNarrow = tags.length > 0 || filters.some((filter) => NARROW.includes(filter));
	if (!isNarrow) return [throughEntries(search), throughIdeas(search)];
	if (!wordsOf(search.query)) return [throughIdeas(search)];
	return [
		throughEntries(search, RARE),
		throughIdeas(search, LOOKED_AT),
		throughEntries(search),
		throughIdeas(search)
	];
}

/** Of these people rarely have many. */
const NARROW: SearchFilter[] = ['is:super', 'is:archived', 'in:trash', 'has:link'];

/**
 * Looks through what the person owns by the index of their words, or from the newest on where no words are asked
 * for, and asks of each entry whether it passes. It ends early where a common word meets a rare filter.
 *
 * @param most looks at so many entries that say the words
 */
function throughEntries(search: Search, most?: number): Way {
	const { actor, query } = search;
	const words = wordsOf(query);
	const literal = literally(query) ?? YES;
	const own = (match: Prisma.Sql, end: Prisma.Sql) => Prisma.sql`
		SELECT e.id, e.idea_id, e.feature_id FROM search_entries AS e
		WHERE e.owner_id = ${actor.userId}::uuid AND ${match} ${end}`;
	const passing = (entries: Prisma.Sql, limit: Prisma.Sql) => Prisma.sql`
		(SELECT e.id FROM ${entries} AS e
		CROSS JOIN LATERAL (
			SELECT * FROM idea_members WHERE user_id = ${actor.userId}::uuid AND idea_id = e.idea_id ${ONE_BY_ONE}
		) AS m
		LEFT JOIN LATERAL (SELECT * FROM features WHERE id = e.feature_id ${ONE_BY_ONE}) AS f ON true
		WHERE ${passes(query)} ${limit})`;
	const shared = Prisma.sql`
		kept AS MATERIALIZED (${left(search, SHARED)}),
		shared AS MATERIALIZED (SELECT kept.id FROM kept ${saying(search)})`;
	if (!words) {
		const rest = Prisma.sql`${behind(search, 'e.id')} AND ${literal}`;
		const latest = own(rest, Prisma.sql`ORDER BY e.id DESC LIMIT ${WALKED}`);
		const more = own(rest, Prisma.sql`ORDER BY e.id DESC OFFSET ${WALKED} LIMIT 1`);
		return {
			looked: Prisma.sql`
				near AS MATERIALIZED (
					${passing(Prisma.sql`(${latest})`, Prisma.sql`ORDER BY e.id DESC LIMIT ${rowsOfPage}`)}
				), ${shared}`,
			found: Prisma.sql`
				SELECT id FROM near
				UNION (SELECT id FROM shared ORDER BY id DESC LIMIT ${rowsOfPage})`,
			isPart: NO,
			isCut: Prisma.sql`CASE WHEN (SELECT count(*) FROM near) < ${rowsOfPage} THEN EXISTS (${more}) ELSE false END`
		};
	}
	const enough = Prisma.sql`LIMIT ${LIMITS.searchMatches}`;
	const isFiltered = query.filters.length + query.tags.length > 0;
	const lookedAt = most ?? (isFiltered ? LOOKED_AT : LOOKED_AT_UNFILTERED);
	// Titles come first, so that what is beyond the limit is a text; and the newest, so that every page has the same.
	const matching = (column: Prisma.Sql) =>
		own(
			Prisma.sql`${column} @@ ${words} AND ${literal}`,
			Prisma.sql`ORDER BY e.id DESC LIMIT ${lookedAt}`
		);
	const isPart = Prisma.sql`(SELECT count(*) FROM texts) = ${lookedAt}`;
	return {
		looked: Prisma.sql`
			titles AS MATERIALIZED (${matching(Prisma.sql`e.title_words`)}),
			texts AS MATERIALIZED (${matching(Prisma.sql`e.words`)}),
			near AS MATERIALIZED (${passing(Prisma.sql`(TABLE titles UNION ALL TABLE texts)`, enough)}),
			${shared}`,
		found: Prisma.sql`SELECT id FROM near UNION (SELECT id FROM shared ORDER BY id DESC ${enough})`,
		isPart,
		isCut: Prisma.sql`${isPart} AND (SELECT count(*) FROM near) < ${ENOUGH}`
	};
}

/**
 * The other way: from the person's ideas to what the filters leave of them. It is materialized, because the planner
 * would rather walk through everybody's ids in their order, hoping to meet enough on its way.
 *
 * @param most ends after so many things, whatever they say
 */
function throughIdeas(search: Search, most?: number): Way {
	const limit = wordsOf(search.query) ? LIMITS.searchMatches : rowsOfPage;
	return {
		looked: Prisma.sql`
			kept AS MATERIALIZED (${left(search, YES)} ${most ? Prisma.sql`LIMIT ${most}` : Prisma.empty})`,
		found: Prisma.sql`SELECT kept.id FROM kept ${saying(search)} ORDER BY kept.id DESC LIMIT ${limit}`,
		isPart: NO,
		isCut: most ? Prisma.sql`(SELECT count(*) FROM kept) = ${most}` : NO
	};
}

/** What the filters leave of the person's ideas, each alternative by its own index. */
function left(search: Search, role: Prisma.Sql): Prisma.Sql {
	const { idea, feature } = conditionsOf(search.query);
	const mine = Prisma.sql`m.user_id = ${search.actor.userId}::uuid AND ${role}`;
	const parts = [
		...idea.map(
			(condition) => Prisma.sql`
			SELECT m.idea_id AS id FROM idea_members AS m WHERE ${mine} AND ${condition}`
		),
		...feature.map(
			(condition) => Prisma.sql`
			SELECT f.id FROM idea_members AS m CROSS JOIN LATERAL (
				SELECT f.id FROM features AS f WHERE f.idea_id = m.idea_id AND ${condition} ${ONE_BY_ONE}
			) AS f WHERE ${mine}`
		)
	];
	if (parts.length === 0) return Prisma.sql`SELECT NULL::uuid AS id WHERE false`;
	return Prisma.sql`
		SELECT id FROM (${Prisma.join(parts, ' UNION ALL ')}) AS any_of_them
		WHERE ${wordsOf(search.query) ? YES : behind(search, 'id')}`;
}

/** Those of a list of ids that say the words. */
function saying({ query }: Search): Prisma.Sql {
	const words = wordsOf(query);
	const match = [words && Prisma.sql`e.words @@ ${words}`, literally(query)].filter(
		(one) => one !== undefined
	);
	if (match.length === 0) return Prisma.empty;
	return Prisma.sql`
		CROSS JOIN LATERAL (
			SELECT FROM search_entries AS e WHERE e.id = kept.id AND ${Prisma.join(match, ' AND ')} ${ONE_BY_ONE}
		) AS said`;
}

/** Without words the order is that of the ids, so that a page begins where the one before it ended. */
const behind = ({ after }: Pick<Search, 'after'>, id: string): Prisma.Sql =>
	after ? Prisma.sql`${Prisma.raw(id)} < ${after.id}::uuid` : YES;

/** Whether an entry's idea or feature passes the filters. */
function passes(query: SearchQuery): Prisma.Sql {
	const { idea, feature } = conditionsOf(query);
	return Prisma.sql`((e.feature_id IS NULL AND ${anyOf(idea)}) OR (f.id IS NOT NULL AND ${anyOf(feature)}))`;
}
