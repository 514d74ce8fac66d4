import { LIMITS } from '$lib/limits';
import type { ListTitles } from '$lib/schemas/search';
import type { TitleItem } from '$lib/search';
import { db } from '../db';
import type { PersonalActor } from './actor';

/** Every title that a person may read, in the order in which things were last changed: ideas, then features. */
export interface Titles {
	/** Changes with any of them. */
	version: string;
	/** Absent when the titles are those of the version that was named. */
	items?: TitleItem[];
	/** Whether all of them are here; else features are found by searching. */
	isWhole: boolean;
}

type Row = { version: string; isWhole: boolean } & (
	{ id: string; ideaId: string | null; title: string } | { id: null }
);

/** One statement. Features come along while there are at most `LIMITS.paletteTitles` titles in all. */
export async function listTitles(
	actor: PersonalActor,
	{ version = '' }: ListTitles
): Promise<Titles> {
	const rows = await db.$queryRaw<Row[]>`
		WITH ideas_of AS MATERIALIZED (
			SELECT i.id, i.title, i.updated_at, m.role
			FROM idea_members AS m JOIN ideas AS i ON i.id = m.idea_id AND i.deleted_at IS NULL
			WHERE m.user_id = ${actor.userId}::uuid
		), features_of AS MATERIALIZED (
			SELECT f.id, f.idea_id, f.title, f.updated_at
			FROM ideas_of AS i JOIN features AS f ON f.idea_id = i.id AND f.deleted_at IS NULL
			WHERE f.visibility = 'inherit' OR i.role IN ('owner', 'editor')
		), everything AS (
			SELECT id, NULL::uuid AS "ideaId", title, updated_at FROM ideas_of
			UNION ALL SELECT id, idea_id, title, updated_at FROM features_of
			WHERE (SELECT count(*) FROM features_of) + (SELECT count(*) FROM ideas_of) <= ${LIMITS.paletteTitles}
		), mark AS (
			SELECT coalesce(bit_xor(hashtextextended(id::text || updated_at::text, 0)), 0)::text AS version,
				count(*) = (SELECT count(*) FROM ideas_of) + (SELECT count(*) FROM features_of) AS "isWhole"
			FROM everything
		)
		SELECT mark.version, mark."isWhole", e.id, e."ideaId", e.title
		FROM mark LEFT JOIN everything AS e ON mark.version <> ${version}
		ORDER BY e."ideaId" IS NOT NULL, e.updated_at DESC, e.id DESC`;
	const [first] = rows;
	if (!first) return { version: '0', items: [], isWhole: true };
	const places = new Map<string, number>();
	const items: TitleItem[] = [];
	for (const row of rows) {
		if (row.id === null) continue;
		if (row.ideaId === null) places.set(row.id, items.length);
		items.push(row.ideaId ? [row.id, row.title, places.get(row.ideaId)] : [row.id, row.title]);
	}
	return {
		version: first.version,
		isWhole: first.isWhole,
		...(first.version !== version && { items })
	};
}
