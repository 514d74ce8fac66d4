import type { ExportIdeas, ExportedFeature, ExportedIdea } from '$lib/schemas/transfer';
import { db } from '../db';
import { Prisma } from '../prisma/client';
import { enforceLimit } from '../rate-limit';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { WRITERS, type Writer } from './export-formats';
import { inPages } from './account-export-pages';
import { featureDocument, ideaDocument, type Exported } from './transfer-documents';

/** Ideas of one page. */
const IDEAS = 50;

/** An export that has begun. */
export type Export = Omit<Writer, 'write'> & { pieces: AsyncGenerator<string> };

/**
 * The person's own ideas as a file, in pieces: those that are named or all, in the person's order. The list of
 * them is read first and everything else while it is sent, so that however much it is, one page of it is in
 * memory and no transaction waits for a slow reader. An idea that goes to the Trash meanwhile is left out.
 *
 * @throws TOO_MANY_REQUESTS, NOT_FOUND when none of the named ideas is the person's
 */
export async function exportIdeas(actor: PersonalActor, input: ExportIdeas): Promise<Export> {
	await enforceLimit('export', actor.userId);
	const ids = await idsInOrder(actor, input);
	if (input.ids && ids.length === 0) throw refusal('NOT_FOUND', 'idea.notFound');
	await db.$transaction((tx) =>
		recordAudit(tx, actor, {
			action: 'idea.export',
			targetKind: 'idea',
			targetId: ids.length === 1 ? (ids[0] ?? null) : null,
			details: { format: input.format, ideas: ids.length }
		})
	);
	const { write, ...file } = WRITERS[input.format];
	return { ...file, pieces: write(contentOf(actor, ids), input) };
}

async function idsInOrder(
	{ userId }: PersonalActor,
	{ ids, archived }: ExportIdeas
): Promise<string[]> {
	const rows = await db.$queryRaw<{ id: string }[]>`
		SELECT i.id FROM idea_members AS m JOIN ideas AS i ON i.id = m.idea_id
		WHERE m.user_id = ${userId}::uuid AND i.owner_id = m.user_id AND i.deleted_at IS NULL
			AND ${archived ? Prisma.sql`true` : Prisma.sql`m.archived_at IS NULL`}
			AND ${ids ? Prisma.sql`i.id = ANY(${ids}::uuid[])` : Prisma.sql`true`}
		ORDER BY m.position, i.id`;
	return rows.map(({ id }) => id);
}

async function* contentOf(actor: PersonalActor, ids: string[]): AsyncGenerator<Exported> {
	for (let at = 0; at < ids.length; at += IDEAS) {
		const page = ids.slice(at, at + IDEAS);
		const ideas = await db.$queryRaw<{ id: string; idea: ExportedIdea }[]>`
			SELECT i.id, ${ideaDocument} AS idea
			FROM ideas AS i JOIN idea_members AS m ON m.idea_id = i.id AND m.user_id = i.owner_id
			WHERE i.id = ANY(${page}::uuid[]) AND i.owner_id = ${actor.userId}::uuid AND i.deleted_at IS NULL
			ORDER BY array_position(${page}::uuid[], i.id)`;
		yield* withFeatures(ideas);
	}
}

/** Each idea and then its features, which are read along the ideas and their order. */
async function* withFeatures(
	ideas: { id: string; idea: ExportedIdea }[]
): AsyncGenerator<Exported> {
	const waiting = [...ideas];
	for await (const rows of featuresOf(ideas.map(({ id }) => id))) {
		for (const { ideaId, feature } of rows) {
			while (waiting[0] && !isSaid(waiting, ideas, ideaId)) {
				const next = waiting.shift();
				if (next) yield { kind: 'idea', idea: next.idea };
			}
			yield { kind: 'feature', feature };
		}
	}
	for (const { idea } of waiting) yield { kind: 'idea', idea };
}

/** Whether an idea stands before its features already. */
const isSaid = (waiting: { id: string }[], all: { id: string }[], ideaId: string): boolean =>
	all.length - waiting.length > all.findIndex(({ id }) => id === ideaId);

interface FeatureRow {
	ideaId: string;
	id: string;
	position: string;
	feature: ExportedFeature;
}

function featuresOf(ideaIds: string[]) {
	const place = Prisma.sql`array_position(${ideaIds}::uuid[], f.idea_id)`;
	return inPages<FeatureRow>((take, last) => {
		const behind = last
			? Prisma.sql`(${place}, f.position, f.id) >
				(array_position(${ideaIds}::uuid[], ${last.ideaId}::uuid), ${last.position}, ${last.id}::uuid)`
			: Prisma.sql`true`;
		return db.$queryRaw<FeatureRow[]>`
			SELECT f.idea_id AS "ideaId", f.id, f.position, ${featureDocument} AS feature
			FROM features AS f
			WHERE f.idea_id = ANY(${ideaIds}::uuid[]) AND f.deleted_at IS NULL AND ${behind}
			ORDER BY ${place}, f.position, f.id
			LIMIT ${take}`;
	});
}
