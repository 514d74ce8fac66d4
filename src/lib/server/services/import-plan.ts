import { LIMITS } from '$lib/limits';
import type { Transaction } from '../db';
import { Prisma } from '../prisma/client';
import type { PersonalActor } from './actor';
import type { Progress } from './import-lock';
import { slicesOf, type Slice } from './import-slices';
import { featureWith, ideaWith } from './import-merge';
import { featureContent, ideaContent } from './transfer-documents';

/*
 * What a file would do: each of its ideas and features is looked for in the account, by id first (the one it
 * has here, or the one it came with), then by title, the first of a title with the first and so on. Then it is
 * compared, field by field, with what the file mentions.
 *
 * What was changed here after the file was made, or is only known by its title, is a conflict: the person
 * decides. A super-star for which there is no room is taken for the star that it would become, so that the same
 * file a second time is no change.
 */

/** Compares all of it anew. Rows that come out as before are not written. */
export async function planImport(
	tx: Transaction,
	actor: PersonalActor,
	{ id, progress }: { id: string; progress: Progress }
): Promise<void> {
	await progress(0);
	await withoutGuesses(tx, async () => {
		await matchIdeas(tx, actor, id);
		const slices = await slicesOf(tx, id);
		for (const [at, slice] of slices.entries()) {
			await progress(0.1 + (0.9 * at) / slices.length);
			await matchFeatures(tx, id, slice);
		}
	});
}

/**
 * Runs statements that join what is staged. Postgres does not know how many rows that is: it guesses one, and
 * would compare each with each. To count them first, ANALYZE would hold a lock for which other imports wait.
 * Such statements must find rows of the large tables by a list of ids.
 */
export async function withoutGuesses<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
	await tx.$queryRaw`SELECT set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true)`;
	const result = await work();
	await tx.$queryRaw`SELECT set_config('enable_nestloop', 'on', true)`;
	return result;
}

async function matchIdeas(tx: Transaction, { userId }: PersonalActor, importId: string) {
	await tx.$executeRaw`
		WITH staged AS MATERIALIZED (
			SELECT idea_index, source_id, title, content, updated_at FROM import_items
			WHERE import_id = ${importId}::uuid AND feature_index = -1
		), mine AS MATERIALIZED (
			SELECT i.id, i.source_id, i.title, i.version, i.updated_at, m.position,
				jsonb_build_object(${ideaContent}) AS content
			FROM ideas AS i JOIN idea_members AS m ON m.idea_id = i.id AND m.user_id = i.owner_id
			WHERE i.owner_id = ${userId}::uuid AND i.deleted_at IS NULL
		), by_id AS MATERIALIZED (
			SELECT DISTINCT ON (id) idea_index, id FROM (
				SELECT DISTINCT ON (idea_index) idea_index, id, rank FROM (
					SELECT s.idea_index, m.id, 0 AS rank FROM staged AS s JOIN mine AS m ON m.id = s.source_id
					UNION ALL
					SELECT s.idea_index, m.id, 1 FROM staged AS s JOIN mine AS m ON m.source_id = s.source_id
				) AS found ORDER BY idea_index, rank
			) AS first ORDER BY id, rank, idea_index
		), by_title AS (
			SELECT s.idea_index, m.id FROM (
				SELECT idea_index, title, row_number() OVER (PARTITION BY title ORDER BY idea_index) AS nth
				FROM staged WHERE idea_index NOT IN (SELECT idea_index FROM by_id)
			) AS s JOIN (
				SELECT id, title, row_number() OVER (PARTITION BY title ORDER BY position, id) AS nth
				FROM mine WHERE id NOT IN (SELECT id FROM by_id)
			) AS m USING (title, nth)
		), known AS (
			SELECT idea_index, id, true AS by_id FROM by_id
			UNION ALL SELECT idea_index, id, false FROM by_title
		), room AS (
			SELECT count(*) < ${LIMITS.superStars} AS is_left FROM idea_members
			WHERE user_id = ${userId}::uuid AND star = 'super' AND archived_at IS NULL
				AND idea_deleted_at IS NULL
		), compared AS (
			SELECT s.idea_index, m.id, m.version, CASE
				WHEN m.id IS NULL THEN 'new'
				WHEN ${ideaWith(Prisma.sql`m.content`, Prisma.sql`wanted.content`)} = m.content THEN 'unchanged'
				WHEN known.by_id AND m.updated_at <= s.updated_at THEN 'changed'
				ELSE 'conflict' END AS verdict
			FROM staged AS s LEFT JOIN known USING (idea_index) LEFT JOIN mine AS m ON m.id = known.id
			CROSS JOIN LATERAL (SELECT CASE
				WHEN NOT (SELECT is_left FROM room) AND s.content ->> 'star' = 'super' AND m.content ->> 'star' = 'star'
				THEN s.content || '{"star":"star"}' ELSE s.content END AS content) AS wanted
		)
		UPDATE import_items AS item
		SET target_id = c.id, target_version = c.version, verdict = c.verdict
		FROM compared AS c
		WHERE item.import_id = ${importId}::uuid AND item.feature_index = -1
			AND item.idea_index = c.idea_index
			AND (item.target_id, item.target_version, item.verdict)
				IS DISTINCT FROM (c.id, c.version, c.verdict)`;
}

/** Features are looked for within the idea that theirs is. What says nothing new is seen without laying it over. */
async function matchFeatures(tx: Transaction, importId: string, { from, to }: Slice) {
	await tx.$executeRaw`
		WITH known_ideas AS MATERIALIZED (
			SELECT idea_index, target_id FROM import_items
			WHERE import_id = ${importId}::uuid AND feature_index = -1 AND target_id IS NOT NULL
				AND idea_index BETWEEN ${from} AND ${to}
		), staged AS MATERIALIZED (
			SELECT s.idea_index, s.feature_index, s.source_id, s.title, s.content, s.updated_at,
				k.target_id AS idea_id
			FROM import_items AS s JOIN known_ideas AS k USING (idea_index)
			WHERE s.import_id = ${importId}::uuid AND s.feature_index >= 0
				AND s.idea_index BETWEEN ${from} AND ${to}
		), there AS MATERIALIZED (
			SELECT f.id, f.idea_id, f.source_id, f.title, f.version, f.updated_at, f.position,
				jsonb_build_object(${featureContent}) AS content
			FROM features AS f
			WHERE f.idea_id = ANY(ARRAY(SELECT target_id FROM known_ideas)) AND f.deleted_at IS NULL
		), by_id AS MATERIALIZED (
			SELECT DISTINCT ON (id) idea_index, feature_index, id FROM (
				SELECT DISTINCT ON (idea_index, feature_index) idea_index, feature_index, id, rank FROM (
					SELECT s.idea_index, s.feature_index, t.id, 0 AS rank
					FROM staged AS s JOIN there AS t ON t.idea_id = s.idea_id AND t.id = s.source_id
					UNION ALL
					SELECT s.idea_index, s.feature_index, t.id, 1
					FROM staged AS s JOIN there AS t ON t.idea_id = s.idea_id AND t.source_id = s.source_id
				) AS found ORDER BY idea_index, feature_index, rank
			) AS first ORDER BY id, rank, feature_index
		), by_title AS (
			SELECT s.idea_index, s.feature_index, t.id FROM (
				SELECT s.idea_index, s.feature_index, s.idea_id, s.title, row_number() OVER
					(PARTITION BY s.idea_id, s.title ORDER BY s.feature_index) AS nth
				FROM staged AS s LEFT JOIN by_id AS b USING (idea_index, feature_index) WHERE b.id IS NULL
			) AS s JOIN (
				SELECT t.id, t.idea_id, t.title, row_number() OVER
					(PARTITION BY t.idea_id, t.title ORDER BY t.position, t.id) AS nth
				FROM there AS t LEFT JOIN by_id AS b USING (id) WHERE b.id IS NULL
			) AS t USING (idea_id, title, nth)
		), known AS (
			SELECT idea_index, feature_index, id, true AS by_id FROM by_id
			UNION ALL SELECT idea_index, feature_index, id, false FROM by_title
		), full_ideas AS (
			SELECT idea_id FROM there WHERE content ->> 'star' = 'super'
			GROUP BY idea_id HAVING count(*) >= ${LIMITS.superStars}
		), compared AS (
			SELECT s.idea_index, s.feature_index, t.id, t.version, CASE
				WHEN t.id IS NULL THEN 'new'
				WHEN t.content || wanted.content = t.content THEN 'unchanged'
				WHEN ${featureWith(Prisma.sql`t.content`, Prisma.sql`wanted.content`)} = t.content THEN 'unchanged'
				WHEN known.by_id AND t.updated_at <= s.updated_at THEN 'changed'
				ELSE 'conflict' END AS verdict
			FROM staged AS s LEFT JOIN known USING (idea_index, feature_index)
			LEFT JOIN there AS t ON t.id = known.id LEFT JOIN full_ideas ON full_ideas.idea_id = s.idea_id
			CROSS JOIN LATERAL (SELECT CASE
				WHEN full_ideas.idea_id IS NOT NULL AND s.content ->> 'star' = 'super'
					AND t.content ->> 'star' = 'star'
				THEN s.content || '{"star":"star"}' ELSE s.content END AS content) AS wanted
		)
		UPDATE import_items AS item
		SET target_id = c.id, target_version = c.version, verdict = c.verdict
		FROM compared AS c
		WHERE item.import_id = ${importId}::uuid AND item.idea_index BETWEEN ${from} AND ${to}
			AND item.idea_index = c.idea_index AND item.feature_index = c.feature_index
			AND (item.target_id, item.target_version, item.verdict)
				IS DISTINCT FROM (c.id, c.version, c.verdict)`;
	// An idea that is gone since the last time takes what its features were with it.
	await tx.$executeRaw`
		UPDATE import_items AS f SET target_id = NULL, target_version = NULL, verdict = 'new'
		FROM import_items AS i
		WHERE f.import_id = ${importId}::uuid AND f.feature_index >= 0 AND f.target_id IS NOT NULL
			AND f.idea_index BETWEEN ${from} AND ${to} AND i.idea_index BETWEEN ${from} AND ${to}
			AND i.import_id = f.import_id AND i.idea_index = f.idea_index AND i.feature_index = -1
			AND i.target_id IS NULL`;
}

/**
 * A hash of what the comparison came to, and of what the file would put over that has no version: stars, tags, the
 * archive, what is done. Another one means that the preview is out of date.
 */
export async function planHash(tx: Transaction, importId: string): Promise<string> {
	const [row] = await tx.$queryRaw<{ hash: string }[]>`
		SELECT md5(coalesce(string_agg(concat_ws(' ', s.idea_index, s.feature_index, s.verdict, s.target_id,
			s.target_version,
			CASE WHEN s.content ? 'star' THEN m.star END, CASE WHEN s.content ? 'tags' THEN m.tags END,
			CASE WHEN s.content ? 'archivedAt' THEN extract(epoch FROM m.archived_at) END,
			CASE WHEN s.content ?| '{star,completedAt}' THEN
				concat_ws(' ', f.star, extract(epoch FROM f.completed_at), f.star_before_done) END
			), ',' ORDER BY s.idea_index, s.feature_index), '')) AS hash
		FROM import_items AS s
		LEFT JOIN ideas AS i ON s.feature_index = -1 AND s.verdict <> 'unchanged' AND i.id = s.target_id
		LEFT JOIN idea_members AS m ON m.idea_id = i.id AND m.user_id = i.owner_id
		LEFT JOIN features AS f ON s.feature_index >= 0 AND s.verdict <> 'unchanged' AND f.id = s.target_id
		WHERE s.import_id = ${importId}::uuid AND s.verdict <> 'new'`;
	return row?.hash ?? '';
}
