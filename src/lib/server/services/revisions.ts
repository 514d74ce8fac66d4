import { LIMITS } from '$lib/limits';
import type { ListRevisions, RestoreRevision, RevisionId } from '$lib/schemas/revisions';
import { db, type Transaction } from '../db';
import type { Prisma } from '../prisma/client';
import { refusal } from '../refusal';
import { editableBy, editableFeatures, readableBy, readableFeatures } from './access';
import type { PersonalActor } from './actor';
import { decodeCursor, encodeCursor, RevisionCursor } from './cursor';
import { changeFeature, featureSelect } from './features';
import { changeIdea, ideaSelect } from './ideas';
import { FeatureText, IdeaText, namedTexts, type NamedText } from './revision-texts';
import { recordUndo } from './undo-actions';
import type { InverseOf } from './undo-inverses';

/** An earlier text in a list. */
export interface RevisionEntry {
	id: string;
	version: number;
	title: string;
	/** When it was changed to something else, and by whom. */
	changedAt: Date;
	changedBy: { isYou: boolean; name: string | null } | null;
}

/** An earlier text whole, beside the present one. */
export interface Revision extends RevisionEntry {
	ideaId: string;
	featureId: string | null;
	texts: NamedText[];
	present: { version: number; texts: NamedText[]; canEdit: boolean };
}

const entrySelect = {
	id: true,
	version: true,
	content: true,
	createdAt: true,
	user: { select: { id: true, name: true } }
} satisfies Prisma.RevisionSelect;

type Row = Prisma.RevisionGetPayload<{ select: typeof entrySelect }>;

const entryOf = (actor: PersonalActor, row: Row): RevisionEntry => ({
	id: row.id,
	version: row.version,
	title: IdeaText.pick({ title: true }).parse(row.content).title,
	changedAt: row.createdAt,
	changedBy: row.user && { isYou: row.user.id === actor.userId, name: row.user.name }
});

/** Earlier texts that the person may read: those of what they may read now. */
const readableRevisions = (actor: PersonalActor) =>
	({
		OR: [{ featureId: null, idea: readableBy(actor) }, { feature: readableFeatures(actor) }]
	}) satisfies Prisma.RevisionWhereInput;

/** One page of the earlier texts of an idea or a feature, the latest first. @throws NOT_FOUND */
export async function listRevisions(
	actor: PersonalActor,
	{ ideaId, featureId, cursor }: ListRevisions
): Promise<{ revisions: RevisionEntry[]; nextCursor?: string }> {
	const after = cursor ? decodeCursor(RevisionCursor, cursor) : undefined;
	const rows = await db.revision.findMany({
		where: {
			AND: [
				featureId ? { featureId } : { ideaId, featureId: null },
				readableRevisions(actor),
				...(after
					? [
							{
								OR: [
									{ createdAt: { lt: after.createdAt } },
									{ createdAt: after.createdAt, id: { lt: after.id } }
								]
							}
						]
					: [])
			]
		},
		orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
		take: LIMITS.pageSize + 1,
		select: entrySelect
	});
	if (rows.length === 0) await assertReadable(actor, { ideaId, featureId });
	const revisions = rows.slice(0, LIMITS.pageSize).map((row) => entryOf(actor, row));
	const last = revisions.at(-1);
	if (rows.length <= revisions.length || !last) return { revisions };
	return { revisions, nextCursor: encodeCursor([last.changedAt, last.id]) };
}

async function assertReadable(
	actor: PersonalActor,
	{ ideaId, featureId }: Pick<ListRevisions, 'ideaId' | 'featureId'>
): Promise<void> {
	const count = featureId
		? await db.feature.count({ where: { id: featureId, ...readableFeatures(actor) } })
		: await db.idea.count({ where: { id: ideaId, ...readableBy(actor) } });
	if (count > 0) return;
	throw refusal('NOT_FOUND', featureId ? 'feature.notFound' : 'idea.notFound');
}

/** One earlier text beside the present one. @throws NOT_FOUND */
export async function getRevision(actor: PersonalActor, { id }: RevisionId): Promise<Revision> {
	const row = await db.revision.findFirst({
		where: { id, ...readableRevisions(actor) },
		select: {
			...entrySelect,
			ideaId: true,
			featureId: true,
			idea: {
				select: {
					...ideaSelect,
					members: { where: { userId: actor.userId }, select: { role: true } }
				}
			},
			feature: { select: featureSelect }
		}
	});
	if (!row) throw refusal('NOT_FOUND', 'revision.notFound');
	const { ideaId, featureId, idea, feature } = row;
	const role = idea.members[0]?.role;
	const [texts, present] = feature
		? [FeatureText.parse(row.content), FeatureText.parse(feature)]
		: [IdeaText.parse(row.content), IdeaText.parse(idea)];
	return {
		...entryOf(actor, row),
		ideaId,
		featureId,
		texts: namedTexts(texts),
		present: {
			version: (feature ?? idea).version,
			texts: namedTexts(present),
			canEdit: role === 'owner' || role === 'editor'
		}
	};
}

/**
 * Writes an earlier text again, as a new version. What is there now becomes an earlier text itself.
 *
 * @throws NOT_FOUND, CONFLICT when `version` is not the present one, FORBIDDEN for a member who may only read
 */
export async function restoreRevision(
	actor: PersonalActor,
	{ id, version }: RestoreRevision
): Promise<{ ideaId: string; featureId: string | null; version: number; undoToken: string }> {
	return db.$transaction(async (tx) => {
		const row = await tx.revision.findFirst({
			where: { id, ...readableRevisions(actor) },
			select: { ideaId: true, featureId: true, content: true, idea: true, feature: true }
		});
		if (!row) throw refusal('NOT_FOUND', 'revision.notFound');
		const { ideaId, featureId } = row;
		const inverse = featureId
			? await rewriteFeature(tx, actor, {
					id: featureId,
					version,
					text: FeatureText.parse(row.content),
					before: FeatureText.parse(row.feature)
				})
			: await rewriteIdea(tx, actor, {
					id: ideaId,
					version,
					text: IdeaText.parse(row.content),
					before: IdeaText.parse(row.idea)
				});
		const undoToken = await recordUndo(tx, actor, { ideaId, inverse });
		return { ideaId, featureId, version: inverse.expect, undoToken };
	});
}

/** A text to write in place of another. */
interface Rewrite<Text> {
	id: string;
	version: number;
	text: Text;
	before: Text;
}

async function rewriteIdea(
	tx: Transaction,
	actor: PersonalActor,
	{ id, version, text, before }: Rewrite<IdeaText>
): Promise<InverseOf<'idea.restoreText'>> {
	const input = { id, version, ...text };
	const idea = await changeIdea(tx, actor, { input, action: 'idea.restoreText' });
	return { kind: 'idea.restoreText', expect: idea.version, restore: before };
}

async function rewriteFeature(
	tx: Transaction,
	actor: PersonalActor,
	{ id, version, text, before }: Rewrite<FeatureText>
): Promise<InverseOf<'feature.restoreText'>> {
	const input = { id, version, ...text };
	const feature = await changeFeature(tx, actor, { input, action: 'feature.restoreText' });
	return { kind: 'feature.restoreText', id, expect: feature.version, restore: before };
}

/** Writes back what an idea said before an earlier text was restored. @returns whether it still said that one */
export async function undoIdeaText(
	tx: Transaction,
	actor: PersonalActor,
	{ ideaId, inverse }: { ideaId: string; inverse: InverseOf<'idea.restoreText'> }
): Promise<boolean> {
	const { count } = await tx.idea.updateMany({
		where: { id: ideaId, version: inverse.expect, ...editableBy(actor) },
		data: { ...inverse.restore, version: { increment: 1 }, updatedAt: new Date() }
	});
	return count === 1;
}

/** The same for a feature. @returns the feature with its star, or nothing */
export async function undoFeatureText(
	tx: Transaction,
	actor: PersonalActor,
	{ id, expect, restore }: InverseOf<'feature.restoreText'>
) {
	const [feature] = await tx.feature.updateManyAndReturn({
		where: { id, version: expect, ...editableFeatures(actor) },
		data: { ...restore, version: { increment: 1 }, updatedAt: new Date() },
		select: { id: true, star: true }
	});
	return feature && [feature];
}
