import type { SearchFilter, SearchQuery } from '$lib/search-query';
import { Prisma } from '../prisma/client';

/**
 * What a filter asks of an idea and of a feature, in terms of the membership `m` and the feature `f`. Each is a
 * list of alternatives, so that every one of them can be read by its own index; without any, the filter fits
 * nothing of that kind.
 */
interface Condition {
	idea: Prisma.Sql[];
	feature: Prisma.Sql[];
}

const both = (condition: Prisma.Sql): Condition => ({ idea: [condition], feature: [condition] });

/** A condition on the idea itself; most searches do without reading it. It is asked of one idea after the other. */
const ideaHas = (condition: Prisma.Sql): Prisma.Sql =>
	Prisma.sql`(SELECT ${condition} FROM ideas AS own WHERE own.id = m.idea_id)`;

// What is past its time is only waiting to be purged.
const ideaInTrash = Prisma.sql`m.role = 'owner' AND m.idea_deleted_at IS NOT NULL
	AND ${ideaHas(Prisma.sql`own.undo_expires_at > now()`)}`;

const CONDITIONS: Record<SearchFilter, Condition> = {
	'is:starred': {
		idea: [Prisma.sql`m.star <> 'none'`],
		feature: [Prisma.sql`f.star <> 'none'`]
	},
	'is:super': {
		idea: [Prisma.sql`m.star = 'super'`],
		feature: [Prisma.sql`f.star <> 'none' AND f.star = 'super'`]
	},
	'is:done': { idea: [], feature: [Prisma.sql`f.completed_at IS NOT NULL`] },
	'is:open': { idea: [], feature: [Prisma.sql`f.completed_at IS NULL`] },
	'is:archived': both(Prisma.sql`m.archived_at IS NOT NULL`),
	'in:trash': {
		idea: [ideaInTrash],
		feature: [
			ideaInTrash,
			Prisma.sql`m.role IN ('owner', 'editor') AND m.idea_deleted_at IS NULL
				AND f.deleted_at IS NOT NULL AND f.undo_expires_at > now()`
		]
	},
	'has:link': { idea: [ideaHas(Prisma.sql`own.link_url IS NOT NULL`)], feature: [] },
	'has:notes': {
		idea: [ideaHas(Prisma.sql`own.notes <> ''`)],
		feature: [Prisma.sql`f.notes <> ''`]
	}
};

const hasTag = (tag: string): Condition => ({
	idea: [Prisma.sql`m.tags @> ARRAY[${tag}::text]`],
	feature: []
});

const LIVE: Condition = {
	idea: [Prisma.sql`m.idea_deleted_at IS NULL`],
	feature: [Prisma.sql`m.idea_deleted_at IS NULL AND f.deleted_at IS NULL`]
};

/** Private features are for those who may write. */
const READABLE: Condition = {
	idea: [Prisma.sql`true`],
	feature: [Prisma.sql`(f.visibility = 'inherit' OR m.role IN ('owner', 'editor'))`]
};

/** What the filters and tags of a query ask, and that it may be read. */
export function conditionsOf({ filters, tags }: Pick<SearchQuery, 'filters' | 'tags'>): Condition {
	return [
		...(filters.includes('in:trash') ? [] : [LIVE]),
		...filters.map((filter) => CONDITIONS[filter]),
		...tags.map(hasTag),
		READABLE
	].reduce((all, one) => ({
		idea: combined(all.idea, one.idea),
		feature: combined(all.feature, one.feature)
	}));
}

const combined = (some: Prisma.Sql[], others: Prisma.Sql[]): Prisma.Sql[] =>
	some.flatMap((one) => others.map((other) => Prisma.sql`${one} AND ${other}`));

/** Whether one of the alternatives holds. */
export const anyOf = (alternatives: Prisma.Sql[]): Prisma.Sql =>
	alternatives.length > 0 ? Prisma.sql`(${Prisma.join(alternatives, ' OR ')})` : Prisma.sql`false`;

/** Whether a phrase has something that the index knows. */
export const hasWord = (phrase: string): boolean => /[\p{L}\p{N}]/u.test(phrase);

/** The words of a query as Postgres reads them; absent when there are none. */
export function wordsOf({ phrases, lastBegins }: SearchQuery): Prisma.Sql | undefined {
	const words = phrases.filter(hasWord);
	return words.length > 0 ? Prisma.sql`search_query(${words}::text[], ${lastBegins})` : undefined;
}

/**
 * What an entry `e` must have besides the words: signs without a letter are looked for in titles as they stand,
 * and what must not be there is left out. Absent when there is neither.
 */
export function literally({ phrases, without }: SearchQuery): Prisma.Sql | undefined {
	const parts = [
		...phrases
			.filter((phrase) => !hasWord(phrase))
			.map((sign) => Prisma.sql`strpos(e.title, search_fold(${sign})) > 0`),
		...without.map((phrase) =>
			hasWord(phrase)
				? Prisma.sql`NOT e.words @@ search_query(${[phrase]}::text[], false)`
				: Prisma.sql`strpos(e.title, search_fold(${phrase})) = 0`
		)
	];
	return parts.length > 0 ? Prisma.join(parts, ' AND ') : undefined;
}
