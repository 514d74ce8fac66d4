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
	content: Record<string, unknown> | null;
	there: Record<string, unknown> | null;
}

/** One page of what comes out in one way, in the order of the file. @throws NOT_FOUND */
export async function listImport(actor: PersonalActor, { id, verdict, after }: ListImport) {
	await getImport(actor, { id });
	const behind = after
		? Prisma.sql`(s.idea_index, s.feature_index) > (${after.ideaIndex}, ${after.featureIndex})`
		: Prisma.sql`true`;
	const idea = Prisma.sql`jsonb_build_object(${ideaContent})`;
	const feature = Prisma.sql`jsonb_build_object(${featureContent})`;
	const rows = await db.$queryRaw<Row[]>`
		SELECT s.idea_index AS "ideaIndex", s.feature_index AS "featureIndex", s.title, s.choice,
			CASE WHEN f.id IS NOT NULL THEN ${featureWith(feature, Prisma.sql`s.content`)}
				WHEN i.id IS NOT NULL THEN ${ideaWith(idea, Prisma.sql`s.content`)} END AS content,
			CASE WHEN s.feature_index >= 0 THEN own.title END AS "inIdea",
			CASE WHEN i.id IS NOT NULL THEN ${idea}
				WHEN f.id IS NOT NULL THEN ${feature} END AS there
		FROM import_items AS s
		LEFT JOIN import_items AS own ON own.import_id = s.import_id AND own.idea_index = s.idea_index
			AND own.feature_index = -1
		LEFT JOIN ideas AS i ON s.feature_index = -1 AND i.id = s.target_id
		LEFT JOIN idea_members AS m ON m.idea_id = i.id AND m.user_id = i.owner_id
		LEFT JOIN features AS f ON s.feature_index >= 0 AND f.id = s.target_id
		WHERE s.import_id = ${id}::uuid AND s.verdict = ${verdict} AND ${behind}
		ORDER BY s.idea_index, s.feature_index
		LIMIT ${LIMITS.pageSize + 1}`;
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

const itemOf = ({ content, there, ...row }: Row): PreviewItem => ({
	...row,
	path: pathOf(row.ideaIndex, row.featureIndex),
	changes: there && content ? changesOf(there, content) : []
});

function changesOf(there: Record<string, unknown>, content: Record<string, unknown>) {
	return Object.keys(there).flatMap((field): FieldChange[] => {
		if (!(field in content)) return [];
		const [from, to] = [shown(there[field]), shown(content[field])];
		return from === to
			? []
			: [{ field, from: from.slice(0, SHOWN_CHARS), to: to.slice(0, SHOWN_CHARS) }];
	});
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
