import { generateNKeysBetween } from 'fractional-indexing';
import type { Transaction } from '../db';
import { Prisma } from '../prisma/client';
import { refusal } from '../refusal';
import type { Slice } from './import-slices';
import { featureWith, timeOf } from './import-merge';
import { featureContent } from './transfer-documents';

/** `f` is a feature of the file, `i` its idea there. What becomes of an idea becomes of its features. */
const joined = Prisma.sql`import_items AS f JOIN import_items AS i
	ON i.import_id = f.import_id AND i.idea_index = f.idea_index AND i.feature_index = -1`;

/** Its idea is new, or it is new in an idea that is there and not to be skipped. */
const isNewIdea = Prisma.sql`(i.verdict = 'new' OR (i.verdict = 'conflict' AND i.choice = 'create'))`;
const isTaken = Prisma.sql`(i.verdict <> 'conflict' OR i.choice = 'update')`;
const isNew = Prisma.sql`(${isNewIdea} OR (${isTaken}
	AND (f.verdict = 'new' OR (f.verdict = 'conflict' AND f.choice = 'create'))))`;

/** Features that are added to what is there come last, in the order of the file. */
export async function placeFeatures(
	tx: Transaction,
	id: string,
	{ from, to }: Slice
): Promise<void> {
	const added = Prisma.sql`f.import_id = ${id}::uuid AND f.feature_index >= 0
		AND f.idea_index BETWEEN ${from} AND ${to} AND i.idea_index BETWEEN ${from} AND ${to}
		AND i.target_id IS NOT NULL AND NOT ${isNewIdea} AND ${isNew}`;
	const ideas = await tx.$queryRaw<{ ideaIndex: number; last: string | null; count: number }[]>`
		SELECT f.idea_index AS "ideaIndex", count(*)::int AS count,
			(SELECT max(position) FROM features WHERE idea_id = i.target_id) AS last
		FROM ${joined}
		WHERE ${added}
		GROUP BY f.idea_index, i.target_id`;
	if (ideas.length === 0) return;
	const places = ideas.flatMap(({ ideaIndex, last, count }) =>
		generateNKeysBetween(last, null, count).map((position, at) => ({
			ideaIndex,
			nth: at + 1,
			position
		}))
	);
	await tx.$executeRaw`
		UPDATE import_items AS item SET position = place.position
		FROM (SELECT f.idea_index, f.feature_index, row_number() OVER
				(PARTITION BY f.idea_index ORDER BY f.feature_index) AS nth
			FROM ${joined}
			WHERE ${added}) AS added
		JOIN jsonb_to_recordset(${JSON.stringify(places)}::jsonb)
			AS place("ideaIndex" int, nth int, position text)
			ON place."ideaIndex" = added.idea_index AND place.nth = added.nth
		WHERE item.import_id = ${id}::uuid AND item.idea_index = added.idea_index
			AND item.feature_index = added.feature_index`;
}

/** @returns how many */
export async function insertFeatures(
	tx: Transaction,
	id: string,
	{ from, to }: Slice
): Promise<number> {
	const here = Prisma.sql`f.import_id = ${id}::uuid AND f.feature_index >= 0
		AND f.idea_index BETWEEN ${from} AND ${to} AND i.idea_index BETWEEN ${from} AND ${to}
		AND ${isNew}`;
	await tx.$executeRaw`
		UPDATE features AS old SET source_id = NULL
		FROM ${joined}
		WHERE ${here} AND old.idea_id = i.target_id AND old.source_id = f.source_id
			AND old.deleted_at IS NOT NULL AND old.idea_id = ANY(ARRAY(
				SELECT target_id FROM import_items WHERE import_id = ${id}::uuid AND feature_index = -1
					AND idea_index BETWEEN ${from} AND ${to}))`;
	await tx.$executeRaw`
		INSERT INTO features (id, idea_id, client_key, source_id, title, notes, sections, visibility, star,
			position, completed_at, star_before_done, created_at, updated_at)
		SELECT f.new_id, CASE WHEN ${isNewIdea} THEN i.new_id ELSE i.target_id END, f.new_id,
			CASE WHEN ${isNewIdea} OR (SELECT taken.id FROM features AS taken
				WHERE taken.idea_id = i.target_id AND taken.source_id = f.source_id) IS NULL
				THEN f.source_id END,
			f.title, coalesce(f.content ->> 'notes', ''), coalesce(f.content -> 'sections', '[]'),
			coalesce(f.content ->> 'visibility', 'inherit')::feature_visibility,
			coalesce(f.content ->> 'star', 'none')::star, f.position,
			${timeOf(Prisma.sql`f`, 'completedAt')}, (f.content ->> 'starBeforeDone')::star,
			coalesce(f.created_at, now()), coalesce(f.updated_at, now())
		FROM ${joined} WHERE ${here}`;
	return tx.$executeRaw`
		INSERT INTO import_changes (import_id, target_id, is_feature, version)
		SELECT f.import_id, f.new_id, true, 1 FROM ${joined} WHERE ${here}`;
}

/** Puts what the file mentions over what is there, if it is as it was compared. @returns how many */
export async function updateFeatures(
	tx: Transaction,
	id: string,
	{ from, to }: Slice
): Promise<number> {
	const wanted = Prisma.sql`item.import_id = ${id}::uuid AND item.feature_index >= 0
		AND item.idea_index BETWEEN ${from} AND ${to} AND ${isTaken}
		AND (item.verdict = 'changed' OR (item.verdict = 'conflict' AND item.choice = 'update'))`;
	const merged = featureWith(Prisma.sql`c.before`, Prisma.sql`item.content`);
	const items = Prisma.sql`import_items AS item JOIN import_items AS i
		ON i.import_id = item.import_id AND i.idea_index = item.idea_index AND i.feature_index = -1`;
	const kept = await tx.$executeRaw`
		INSERT INTO import_changes (import_id, target_id, is_feature, before, version)
		SELECT item.import_id, f.id, true, jsonb_build_object(${featureContent}), f.version
		FROM ${items} JOIN features AS f ON f.id = item.target_id
		WHERE ${wanted}`;
	if (kept === 0) return 0;
	const updated = await tx.$executeRaw`
		UPDATE features AS f SET title = n.new ->> 'title', notes = n.new ->> 'notes',
			sections = n.new -> 'sections', visibility = (n.new ->> 'visibility')::feature_visibility,
			star = (n.new ->> 'star')::star, completed_at = (n.new ->> 'completedAt')::timestamptz,
			star_before_done = (n.new ->> 'starBeforeDone')::star, version = f.version + n.step,
			updated_at = CASE WHEN n.step = 1 THEN now() ELSE f.updated_at END
		FROM (
			SELECT item.target_id, item.target_version, new,
				CASE WHEN new - ${STATE}::text[] = c.before - ${STATE}::text[] THEN 0 ELSE 1 END AS step
			FROM ${items}
			JOIN import_changes AS c ON c.import_id = item.import_id AND c.target_id = item.target_id
			CROSS JOIN LATERAL (SELECT ${merged} AS new) AS merged
			WHERE ${wanted}
		) AS n WHERE f.id = n.target_id AND f.version = n.target_version AND f.deleted_at IS NULL`;
	if (updated !== kept) throw refusal('CONFLICT', 'import.changed');
	return kept;
}

/** What changes without a new version. */
const STATE = ['star', 'completedAt', 'starBeforeDone'];
