import assert from 'node:assert/strict';
import pg from 'pg';
import type { PersonalActor } from '../../src/lib/server/services/actor.ts';
import { interleaved } from './interleaved.ts';
import { seedIdeas, seedPeople } from './people.ts';
import { seedFeatures, seedPlenty } from './plenty.ts';
import type { Row } from './report.ts';

const STRANGERS = 200;
const IDEAS_PER_STRANGER = 500;
const ROUNDS = 15;
/** A page that nobody reaches by reading. */
const DEEP_PAGE = 40;
const MOST_MS = 100;
const TIMES = 2;

/** A search, and what somebody who knows the tables would ask in its place. */
interface Search {
	q: string;
	/** A statement of `id` and `rank`: `$1` is the person, `$2` and `$3` are where the page before ended. */
	hand: string;
	/** The words, where titles that nearly say them are asked for when nothing says them. */
	near?: string;
}

/** Searches of a person with 10,000 ideas and 100,000 features, beside the same ones by hand. */
export async function benchSearch(url: string): Promise<Row[]> {
	const client = new pg.Client(url);
	await client.connect();
	try {
		const [person] = await seedPeople(client, 1);
		const userId = person?.userId ?? '';
		await seedPlenty(client, userId);
		const strangers = (await seedPeople(client, STRANGERS)).map(({ userId: id }) => id);
		await seedIdeas(client, strangers, IDEAS_PER_STRANGER);
		await seedFeatures(client, strangers);
		await client.query('VACUUM ANALYZE');
		return await compareSearches(userId);
	} finally {
		await client.end();
	}
}

/** Every search of the list, on its first page and far behind it; and the board that is searched. */
export async function compareSearches(userId: string): Promise<Row[]> {
	const { findText } = await import('../../src/lib/server/services/search.ts');
	const actor: PersonalActor = { kind: 'person', userId, requestId: 'bench' };
	const rows: Row[] = [];
	for (const search of SEARCHES) {
		const { q } = search;
		for (const { page, cursor } of await pagesOf((at) => findText(actor, { q, cursor: at }))) {
			const { hits } = await findText(actor, { q, cursor });
			const found = hits.filter(({ isNear }) => !isNear).map(({ id }) => id);
			const byHand = await askByHand({ search, userId, cursor });
			assert.deepEqual(byHand.slice(0, found.length), found, `“${q}” finds something else by hand`);
			const { ours, hand } = await interleaved(
				{
					ours: () => findText(actor, { q, cursor }),
					hand: () => askByHand({ search, userId, cursor })
				},
				ROUNDS
			);
			rows.push(rowOf(`${q}${page === 1 ? '' : `, page ${page}`}`, ours.p50, hand.p50));
		}
	}
	return [...rows, ...(await compareBoards(userId))];
}

/** The first page of the board, narrowed to what says a word. */
async function compareBoards(userId: string): Promise<Row[]> {
	const { db } = await import('../../src/lib/server/db.ts');
	const { listIdeas } = await import('../../src/lib/server/services/board.ts');
	const actor: PersonalActor = { kind: 'person', userId, requestId: 'bench' };
	const rows: Row[] = [];
	for (const q of ['common', 'zanzibar', 'gyroscope']) {
		const { ours, hand } = await interleaved(
			{
				ours: () => listIdeas(actor, { sort: 'manual', filter: 'all', q }),
				hand: () => db.$queryRawUnsafe(BOARD, userId, q)
			},
			ROUNDS
		);
		rows.push(rowOf(`board with ${q}`, ours.p50, hand.p50));
	}
	return rows;
}

/** Where the first page begins, and the deepest one that is reached. */
async function pagesOf(find: (cursor?: string) => Promise<{ nextCursor?: string }>) {
	let page = 1;
	let cursor: string | undefined;
	let { nextCursor } = await find();
	for (; nextCursor && page < DEEP_PAGE; page += 1) {
		cursor = nextCursor;
		({ nextCursor } = await find(cursor));
	}
	return page === 1 ? [{ page, cursor }] : [{ page: 1 }, { page, cursor }];
}

function rowOf(name: string, ours: number, hand: number): Row {
	const times = ours / hand;
	return {
		name,
		value: ours,
		unit: 'ms',
		limit: `≤${TIMES} × by hand, ≤${MOST_MS} ms`,
		peers: { 'by hand': hand, '×': times },
		ok: times <= TIMES && ours <= MOST_MS
	};
}

/** Through the same client, so that what is compared is what is asked. */
async function askByHand({
	search,
	userId,
	cursor
}: {
	search: Search;
	userId: string;
	cursor?: string;
}): Promise<string[]> {
	const [rank, id] = cursor
		? (JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string, string])
		: ['2147483647', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
	const { db } = await import('../../src/lib/server/db.ts');
	const page = withTexts(search.hand);
	const rows = await db.$queryRawUnsafe<{ id: string }[]>(page, userId, Number(rank), id);
	if (!cursor && search.near && rows.length < 3)
		await db.$queryRawUnsafe(NEAR, userId, search.near);
	return rows.map((row) => row.id);
}

/** A page of the board with how many there are, and how far each is. */
const BOARD = `
	WITH listed AS (
		SELECT m.* FROM idea_members AS m JOIN search_entries AS e ON e.id = m.idea_id
		WHERE m.user_id = $1 AND m.idea_deleted_at IS NULL AND m.archived_at IS NULL
			AND e.owner_id = $1 AND e.feature_id IS NULL AND e.words @@ to_tsquery('simple', $2)
	)
	SELECT i.*, page.star, (SELECT count(*) FROM listed) AS total,
		(SELECT count(completed_at) FROM features WHERE idea_id = i.id AND deleted_at IS NULL) AS done
	FROM (SELECT * FROM listed ORDER BY star DESC, position, idea_id LIMIT 51) AS page
	JOIN ideas AS i ON i.id = page.idea_id`;

/** The page with what is shown of each result. */
const withTexts = (page: string): string => `
	WITH page AS (${page})
	SELECT e.kind, e.id, i.title AS "ideaTitle", f.title, coalesce(f.star, m.star) AS star, f.completed_at,
		left(coalesce(f.notes, i.notes), 20000) AS notes, f.sections, page.rank
	FROM page JOIN search_entries AS e ON e.id = page.id
	JOIN ideas AS i ON i.id = e.idea_id
	JOIN idea_members AS m ON m.idea_id = e.idea_id AND m.user_id = $1
	LEFT JOIN features AS f ON f.id = e.feature_id
	ORDER BY page.rank DESC, page.id DESC`;

/** Entries that say something and pass a filter, by rank. */
const saying = (words: string, filter = 'true'): string => `
	SELECT id, rank FROM (
		SELECT e.id, (ts_rank('{0.01, 0.05, 0.3, 1.0}', e.words, said.q, 1) * 1000000)::int
			+ CASE WHEN e.title_words @@ said.q THEN 2000000 ELSE 0 END AS rank
		FROM (
			SELECT e.* FROM search_entries AS e
			JOIN idea_members AS m ON m.idea_id = e.idea_id AND m.user_id = $1
			LEFT JOIN features AS f ON f.id = e.feature_id
			WHERE e.owner_id = $1 AND e.words @@ to_tsquery('simple', '${words}')
				AND m.idea_deleted_at IS NULL AND f.deleted_at IS NULL AND ${filter}
			ORDER BY e.id DESC LIMIT 2000
		) AS e CROSS JOIN (SELECT to_tsquery('simple', '${words}') AS q) AS said
	) AS ranked WHERE (rank, id) < ($2, $3::uuid) ORDER BY rank DESC, id DESC LIMIT 21`;

const NEAR = `
	SELECT e.id, near.likeness FROM search_like($1, $2) AS near JOIN search_entries AS e ON e.id = near.id
	ORDER BY near.likeness DESC LIMIT 5`;

const ideas = (filter: string): string => `
	SELECT m.idea_id AS id, 0 AS rank FROM idea_members AS m JOIN ideas AS i ON i.id = m.idea_id
	WHERE m.user_id = $1 AND ${filter} AND $2::int >= 0 AND m.idea_id < $3::uuid
	ORDER BY m.idea_id DESC LIMIT 21`;

const features = (filter: string): string => `
	SELECT f.id, 0 AS rank FROM idea_members AS m JOIN features AS f ON f.idea_id = m.idea_id
	WHERE m.user_id = $1 AND ${filter} AND $2::int >= 0 AND f.id < $3::uuid
	ORDER BY f.id DESC LIMIT 21`;

const either = (one: string, other: string): string =>
	`SELECT * FROM ((${one}) UNION ALL (${other})) AS parts ORDER BY id DESC LIMIT 21`;

const liveIdeas = (filter: string) => ideas(`m.idea_deleted_at IS NULL AND ${filter}`);
const liveFeatures = (filter: string) =>
	features(`m.idea_deleted_at IS NULL AND f.deleted_at IS NULL AND ${filter}`);

/** Filters, alone and as conditions on entries that say something. */
const FILTERS = {
	'is:starred': [
		either(liveIdeas(`m.star <> 'none'`), liveFeatures(`f.star <> 'none'`)),
		`coalesce(f.star, m.star) <> 'none'`
	],
	'is:super': [
		either(liveIdeas(`m.star = 'super'`), liveFeatures(`f.star = 'super'`)),
		`coalesce(f.star, m.star) = 'super'`
	],
	'is:done': [liveFeatures('f.completed_at IS NOT NULL'), 'f.completed_at IS NOT NULL'],
	'is:open': [
		liveFeatures('f.completed_at IS NULL'),
		'f.id IS NOT NULL AND f.completed_at IS NULL'
	],
	'is:archived': [
		either(liveIdeas('m.archived_at IS NOT NULL'), liveFeatures('m.archived_at IS NOT NULL')),
		'm.archived_at IS NOT NULL'
	],
	'has:link': [
		liveIdeas('i.link_url IS NOT NULL'),
		'f.id IS NULL AND (SELECT link_url FROM ideas WHERE id = e.idea_id) IS NOT NULL'
	],
	'tag:home': [liveIdeas(`m.tags @> ARRAY['home']`), `f.id IS NULL AND m.tags @> ARRAY['home']`]
} as const;

const TRASH = either(
	ideas(`i.deleted_at IS NOT NULL AND i.undo_expires_at > now()`),
	either(
		features('m.idea_deleted_at IS NOT NULL'),
		features('m.idea_deleted_at IS NULL AND f.deleted_at IS NOT NULL AND f.undo_expires_at > now()')
	)
);

const SEARCHES: Search[] = [
	{ q: 'common', hand: saying('common') },
	{ q: 'zanzibar', hand: saying('zanzibar') },
	{ q: 'gyrosc', hand: saying('gyrosc:*') },
	{ q: 'gyrospoce', hand: saying('gyrospoce:*'), near: 'gyrospoce' },
	{ q: 'in:trash', hand: TRASH },
	...Object.entries(FILTERS).flatMap(([filter, [alone, condition]]) => [
		{ q: filter, hand: alone },
		{ q: `common ${filter}`, hand: saying('common', condition) },
		{ q: `gyroscope ${filter}`, hand: saying('gyroscope', condition), near: 'gyroscope' }
	])
];
