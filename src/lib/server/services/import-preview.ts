import { LIMITS } from '$lib/limits';
import type { ImportId, ListImport } from '$lib/schemas/transfer';
import { db } from '../db';
import { Prisma } from '../prisma/client';
import type { PersonalActor } from './actor';
import { featureWith, ideaWith } from './import-merge';
import { pathOf } from './import-parts';
import { getImport, type Import } from './imports';
import { featureContent, ideaContent } from './transfer-documents';

/** Texts of a preview end here. */
const SHOWN_CHARS = 400;

/** One field that would change. */
export interface FieldChange {
	field: string;
	from: string;
	to: string;
}

/** One idea or feature of a file, and what would become of it. */
export interface PreviewItem {
	ideaIndex: number;
	featureIndex: number;
	path: string;
	title: string;
	/** Of a feature, the title of its idea. */
	inIdea: string | null;
	choice: string;
	changes: FieldChange[];
}

/** How many ideas and features come out how, and what there is no room for. */
export interface Preview {
	import: Import;
	counts: Record<string, { ideas: number; features: number }>;
	/** Ideas more than there can be. */
	over: number;
	/** Super-stars that would become stars. */
	demoted: number;
}

/** What an import would do, in numbers. @throws NOT_FOUND */
export async function previewImport(actor: PersonalActor, { id }: ImportId): Promise<Preview> {
	const found = await getImport(actor, { id });
	const rows = await db.$queryRaw<{ verdict: string; ideas: number; features: number }[]>`
		SELECT verdict, count(*) FILTER (WHERE feature_index = -1)::int AS ideas,
			count(*) FILTER (WHERE feature_index >= 0)::int AS features
		FROM import_items WHERE import_id = ${id}::uuid GROUP BY verdict`;
	const counts = Object.fromEntries(rows.map(({ verdict, ...count }) => [verdict, count]));
	const [room] = await db.$queryRaw<{ owned: number; supers: number }[]>`
		SELECT (SELECT count(*)::int FROM ideas WHERE owner_id = ${actor.userId}::uuid) AS owned,
			(SELECT count(*)::int FROM idea_members AS m JOIN ideas AS i ON i.id = m.idea_id
				WHERE m.user_id = ${actor.userId}::uuid AND m.star = 'super' AND m.archived_at IS NULL
					AND i.deleted_at IS NULL)
			+ (SELECT count(*)::int FROM import_items WHERE import_id = ${id}::uuid AND feature_index = -1
				AND verdict = 'new' AND content ->> 'star' = 'super' AND content ->> 'archivedAt' IS NULL)
			AS supers`;
	return {
		import: found,
		counts,
		over: Math.max(0, (room?.owned ?? 0) + (counts.new?.ideas ?? 0) - LIMITS.ideasPerPerson),
		demoted: Math.max(0, (room?.supers ?? 0) - LIMITS.superStars)
	};
}

interface Row extends Omit<PreviewItem, 'path' | 'changes'> {
	/** What differs: as it is, and as the file would have it. */
	differing: Record<string, [unknown, unknown]> | null;
}

/** One page of what comes out in one way, in the order of the file. Texts are read where they differ only. @throws NOT_FOUND */
export async function listImport(actor: PersonalActor, { id, verdict, after }: ListImport) {
	await getImport(actor, { id });
	const behind = after
		? Prisma.sql`(s.idea_index, s.feature_index) > (${after.ideaIndex}, ${after.featureIndex})`
		: Prisma.sql`true`;
	const idea = Prisma.sql`jsonb_build_object(${ideaContent})`;
	const feature = Prisma.sql`jsonb_build_object(${featureContent})`;
	const isCompared = verdict === 'changed' || verdict === 'conflict';
	const rows = await db.$queryRaw<Row[]>`
		SELECT s.idea_index AS "ideaIndex", s.feature_index AS "featureIndex", s.title, s.choice,
			CASE WHEN s.feature_index >= 0 THEN (SELECT own.title FROM import_items AS own
				WHERE own.import_id = s.import_id AND own.idea_index = s.idea_index
					AND own.feature_index = -1) END AS "inIdea",
			${
				isCompared
					? Prisma.sql`(SELECT jsonb_object_agg(a.key, jsonb_build_array(a.value, b.value))
						FROM (SELECT CASE WHEN i.id IS NOT NULL THEN ${idea} ELSE ${feature} END AS content) AS there,
							jsonb_each(there.content) AS a
						JOIN jsonb_each(CASE WHEN i.id IS NOT NULL THEN ${ideaWith(idea, Prisma.sql`s.content`)}
							ELSE ${featureWith(feature, Prisma.sql`s.content`)} END) AS b USING (key)
						WHERE a.value <> b.value AND coalesce(i.id, f.id) IS NOT NULL)`
					: Prisma.sql`NULL`
			} AS differing
		FROM (SELECT * FROM import_items AS s
			WHERE s.import_id = ${id}::uuid AND s.verdict = ${verdict} AND ${behind}
			ORDER BY s.idea_index, s.feature_index
			LIMIT ${LIMITS.pageSize + 1}) AS s
		LEFT JOIN ideas AS i ON ${isCompared} AND s.feature_index = -1 AND i.id = s.target_id
		LEFT JOIN idea_members AS m ON m.idea_id = i.id AND m.user_id = i.owner_id
		LEFT JOIN features AS f ON ${isCompared} AND s.feature_index >= 0 AND f.id = s.target_id
		ORDER BY s.idea_index, s.feature_index`;
	const items = rows.slice(0, LIMITS.pageSize).map(itemOf);
	const last = items.at(-1);
	return {
		items,
		next:
			rows.length > items.length && last
				? { ideaIndex: last.ideaIndex, featureIndex: last.featureIndex }
				: undefined
	};
}

const itemOf = ({ differing, ...row }: Row): PreviewItem => ({
	...row,
	path: pathOf(row.ideaIndex, row.featureIndex),
	changes: Object.entries(differing ?? {}).map(([field, [from, to]]) => ({
		field,
		...excerpts(shown(from), shown(to))
	}))
});

/** Two texts as far as they are shown: from a little before where they begin to differ. */
function excerpts(from: string, to: string): { from: string; to: string } {
	let same = 0;
	while (same < from.length && from[same] === to[same]) same += 1;
	const start = same > SHOWN_CHARS / 2 ? same - 40 : 0;
	const part = (text: string) => {
		const end = text.length > start + SHOWN_CHARS ? '…' : '';
		return `${start > 0 ? '…' : ''}${text.slice(start, start + SHOWN_CHARS)}${end}`;
	};
	return { from: part(from), to: part(to) };
}

/** A value as text: sections under their names, nothing as nothing. */
function shown(value: unknown): string {
	if (value === null || value === undefined) return '';
	if (!Array.isArray(value)) return typeof value === 'string' ? value : JSON.stringify(value);
	return value
		.map((one: string | { label: string; body: string }) =>
			typeof one === 'string' ? one : `${one.label}\n${one.body}`
		)
		.join(value.some((one) => typeof one !== 'string') ? '\n\n' : ', ');
}
