import { generateKeyBetween } from 'fractional-indexing';
import { excerptOf } from '$lib/excerpt';
import { LIMITS } from '$lib/limits';
import type { PageReason } from '$lib/page-messages';
import {
	FeatureSections,
	type CreateFeature,
	type FeatureId,
	type FeatureSection,
	type ListFeatures,
	type UpdateFeature
} from '$lib/schemas/features';
import { db, type Transaction } from '../db';
import type { Prisma } from '../prisma/client';
import { fieldRefusal, refusal } from '../refusal';
import { editableBy, editableFeatures, readableBy, readableFeatures } from './access';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { featureStarWithinLimit, lockIdea } from './feature-star-limit';
import { keepFeatureText } from './revision-keeping';
import { recordUndo } from './undo-actions';

/** What leaves the server of a feature. */
export const featureSelect = {
	id: true,
	ideaId: true,
	title: true,
	notes: true,
	sections: true,
	visibility: true,
	star: true,
	position: true,
	completedAt: true,
	version: true,
	createdAt: true,
	updatedAt: true
} satisfies Prisma.FeatureSelect;

type FeatureRow = Prisma.FeatureGetPayload<{ select: typeof featureSelect }>;

/** A feature with everything in it. */
export type Feature = Omit<FeatureRow, 'sections'> & { sections: FeatureSection[] };

/** A new feature, and why its star is not the one that was asked for. */
export type CreatedFeature = Feature & { notice?: PageReason };

/** A changed feature. The token takes back who sees it, and is absent where that did not change. */
export type UpdatedFeature = Feature & { undoToken?: string };

/** A feature as the plan of its idea shows it: without its texts, but for the first line. */
export type OutlineFeature = Omit<Feature, 'notes' | 'sections'> & {
	excerpt: string;
	/** How many sections it has. */
	details: number;
};

/** A row as the program knows it. */
export const featureOf = ({ sections, ...row }: FeatureRow): Feature => ({
	...row,
	sections: FeatureSections.parse(sections)
});

/** As much of the notes as is read to find their first line. */
const NOTES_READ_CHARS = 600;

/** The live features of an idea in their order, open and done. @throws NOT_FOUND for an idea that one cannot read */
export async function listFeatures(
	actor: PersonalActor,
	{ ideaId }: ListFeatures
): Promise<OutlineFeature[]> {
	const rows = await db.$queryRaw<(Omit<OutlineFeature, 'excerpt'> & { notes: string })[]>`
		SELECT f.id, f.idea_id AS "ideaId", f.title, left(f.notes, ${NOTES_READ_CHARS}) AS notes,
			jsonb_array_length(f.sections) AS details, f.visibility::text, f.star::text, f.position,
			f.completed_at AS "completedAt", f.version, f.created_at AS "createdAt",
			f.updated_at AS "updatedAt"
		FROM idea_members AS m
		JOIN ideas AS i ON i.id = m.idea_id AND i.deleted_at IS NULL
		JOIN features AS f ON f.idea_id = m.idea_id AND f.deleted_at IS NULL
		WHERE m.user_id = ${actor.userId}::uuid AND m.idea_id = ${ideaId}::uuid
			AND (f.visibility = 'inherit' OR m.role IN ('owner', 'editor'))
		ORDER BY f.position, f.id`;
	if (rows.length === 0) await assertReadable(actor, ideaId);
	return rows.map(({ notes, ...feature }) => ({ ...feature, excerpt: excerptOf(notes) }));
}

async function assertReadable(actor: PersonalActor, ideaId: string): Promise<void> {
	const count = await db.idea.count({ where: { id: ideaId, ...readableBy(actor) } });
	if (count === 0) throw refusal('NOT_FOUND', 'idea.notFound');
}

/** One feature with everything in it. @throws NOT_FOUND */
export async function getFeature(actor: PersonalActor, { id }: FeatureId): Promise<Feature> {
	const row = await db.feature.findFirst({
		where: { id, ...readableFeatures(actor) },
		select: featureSelect
	});
	if (!row) throw refusal('NOT_FOUND', 'feature.notFound');
	return featureOf(row);
}

/**
 * Adds a feature at the end of its idea's plan. The same `clientKey` again gives the feature that it made the
 * first time. A super-star beyond the limit comes as a star.
 *
 * @throws NOT_FOUND, FORBIDDEN for a member who may only read, BAD_REQUEST when the idea is full
 */
export async function createFeature(
	actor: PersonalActor,
	input: CreateFeature
): Promise<CreatedFeature> {
	const { ideaId, star, clientKey, ...content } = input;
	return db.$transaction(async (tx) => {
		await lockIdea(tx, ideaId);
		await assertEditable(tx, actor, ideaId);
		const known = await tx.feature.findUnique({
			where: { ideaId_clientKey: { ideaId, clientKey } },
			select: featureSelect
		});
		if (known) return featureOf(known);
		const { _count, _max } = await tx.feature.aggregate({
			where: { ideaId },
			_count: { id: true },
			_max: { position: true }
		});
		if (_count.id >= LIMITS.featuresPerIdea) throw fieldRefusal('title', 'feature.quota');
		const created = await tx.feature.create({
			data: {
				...content,
				ideaId,
				clientKey,
				star: await featureStarWithinLimit(tx, ideaId, star),
				position: generateKeyBetween(_max.position, null)
			},
			select: featureSelect
		});
		await recordAudit(tx, actor, {
			action: 'feature.create',
			targetKind: 'feature',
			targetId: created.id
		});
		const notice = star === created.star ? {} : { notice: 'feature.superFullNew' as const };
		return { ...featureOf(created), ...notice };
	});
}

/** @throws NOT_FOUND, FORBIDDEN for a member who may only read */
export async function assertEditable(
	tx: Transaction,
	actor: PersonalActor,
	ideaId: string
): Promise<void> {
	const editable = await tx.idea.count({ where: { id: ideaId, ...editableBy(actor) } });
	if (editable > 0) return;
	const readable = await tx.idea.count({ where: { id: ideaId, ...readableBy(actor) } });
	throw readable ? refusal('FORBIDDEN', 'feature.readOnly') : refusal('NOT_FOUND', 'idea.notFound');
}

/**
 * Changes what a feature says. The version check is part of the UPDATE: of two saves with one version only the
 * first happens.
 *
 * @throws NOT_FOUND, CONFLICT when `version` is not the present one, FORBIDDEN for a member who may only read
 */
export async function updateFeature(
	actor: PersonalActor,
	input: UpdateFeature
): Promise<UpdatedFeature> {
	const { id, version, visibility } = input;
	return db.$transaction(async (tx) => {
		const before =
			visibility &&
			(await tx.feature.findFirst({
				where: { id, version, ...editableFeatures(actor) },
				select: { visibility: true }
			}));
		const feature = await changeFeature(tx, actor, { input, action: 'feature.update' });
		if (!before || before.visibility === visibility) return feature;
		const { ideaId } = feature;
		const inverse = {
			kind: 'feature.visibility' as const,
			...{ id, expect: visibility, restore: before.visibility }
		};
		return { ...feature, undoToken: await recordUndo(tx, actor, { ideaId, inverse }) };
	});
}

/** The same within a transaction. What it said before is kept. @throws as `updateFeature` */
export async function changeFeature(
	tx: Transaction,
	actor: PersonalActor,
	{ input, action }: { input: UpdateFeature; action: 'feature.update' | 'feature.restoreText' }
): Promise<Feature> {
	const { id, version, ...fields } = input;
	const { visibility: _notText, ...texts } = fields;
	const always = action !== 'feature.update';
	await keepFeatureText(tx, actor, { id, version, fields: texts, always });
	const [row] = await tx.feature.updateManyAndReturn({
		where: { id, version, ...editableFeatures(actor) },
		data: { ...fields, version: { increment: 1 }, updatedAt: new Date() },
		select: featureSelect
	});
	if (!row) throw await whyNotUpdated(tx, actor, input);
	await recordAudit(tx, actor, {
		action,
		targetKind: 'feature',
		targetId: id,
		changed: Object.keys(fields)
	});
	return featureOf(row);
}

async function whyNotUpdated(
	tx: Transaction,
	actor: PersonalActor,
	{ id, version }: UpdateFeature
) {
	const row = await tx.feature.findFirst({
		where: { id, ...readableFeatures(actor) },
		select: { version: true }
	});
	if (!row) return refusal('NOT_FOUND', 'feature.notFound');
	return row.version === version
		? refusal('FORBIDDEN', 'feature.readOnly')
		: refusal('CONFLICT', 'feature.conflict', { version: row.version });
}
