import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';
import { v4 as uuid } from 'uuid';
import type {
	Conversion,
	FeatureToIdea,
	FindTargets,
	IdeaToFeature,
	RunConversion
} from '$lib/schemas/conversions';
import { db, type Transaction } from '../db';
import { refusal } from '../refusal';
import { RETENTION } from '../retention';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import type { Plan } from './conversion-plans';
import { readFeatureToIdea, readIdeaToFeature } from './conversion-sources';
import { lockIdeasWhole } from './feature-star-limit';
import { lockPeople } from './star-limit';
import { recordUndo } from './undo-actions';

const DAY_MS = 86_400_000;
const TARGETS = 20;

/** What was made of what, and how to take it back. */
export interface Converted {
	/** The idea to look at now: the new one, or the one with the new feature. */
	ideaId: string;
	/** The new feature, where there is one. */
	featureId: string | null;
	undoToken: string;
}

/** Ideas that another may become a part of: those the person may change, whose title has the words. */
export async function findTargets(
	actor: PersonalActor,
	{ id, text }: FindTargets
): Promise<{ id: string; title: string }[]> {
	return db.$queryRaw<{ id: string; title: string }[]>`
		SELECT i.id, i.title FROM idea_members AS m JOIN ideas AS i ON i.id = m.idea_id
		WHERE m.user_id = ${actor.userId}::uuid AND m.role IN ('owner', 'editor') AND i.deleted_at IS NULL
			AND m.archived_at IS NULL AND i.id <> ${id}::uuid
			AND position(lower(${text}) IN lower(i.title)) > 0
		ORDER BY position(lower(${text}) IN lower(i.title)) = 1 DESC, m.star DESC, m.position, i.id
		LIMIT ${TARGETS}`;
}

/** What would become what. Nothing is changed. @throws NOT_FOUND, FORBIDDEN for what is not the person's own */
export async function previewConversion(
	actor: PersonalActor,
	conversion: Conversion
): Promise<Plan & { seen: string }> {
	const { plan, seen } =
		conversion.kind === 'ideaToFeature'
			? await readIdeaToFeature(db, actor, conversion)
			: await readFeatureToIdea(db, actor, conversion);
	return { ...plan, seen };
}

/**
 * Does what a preview showed, whole or not at all. What was converted goes to the Trash, from where undoing takes
 * it; features that stand beside the new one afterwards are moved there and keep their ids and earlier texts.
 *
 * @throws NOT_FOUND, FORBIDDEN for what is not the person's own, CONFLICT when it would not be as previewed,
 *   BAD_REQUEST when something would not fit
 */
export async function runConversion(
	actor: PersonalActor,
	{ conversion, seen }: RunConversion
): Promise<Converted> {
	return db.$transaction((tx) =>
		conversion.kind === 'ideaToFeature'
			? ideaToFeature(tx, actor, { conversion, seen })
			: featureToIdea(tx, actor, { conversion, seen })
	);
}

/** Refuses what has changed since it was looked at, and what does not fit. */
function assertAsSeen(found: { seen: string; plan: Plan }, seen: string): void {
	if (found.seen !== seen) throw refusal('CONFLICT', 'convert.changed');
	const [problem] = found.plan.problems;
	if (problem) throw refusal('BAD_REQUEST', problem.reason, problem.params);
}

const toTrash = (now: Date) => ({
	deletedAt: now,
	undoExpiresAt: new Date(now.valueOf() + RETENTION.trashDays * DAY_MS)
});

async function ideaToFeature(
	tx: Transaction,
	actor: PersonalActor,
	{ conversion, seen }: { conversion: IdeaToFeature; seen: string }
): Promise<Converted> {
	const { id, targetId } = conversion;
	await lockPeople(tx, [actor.userId]);
	await lockIdeasWhole(tx, [id, targetId]);
	const found = await readIdeaToFeature(tx, actor, conversion);
	assertAsSeen(found, seen);
	const { feature, siblings, rows } = found;
	const there = await tx.feature.findMany({
		where: { ideaId: targetId },
		select: { position: true, clientKey: true, sourceId: true }
	});
	const last = there.map(({ position }) => position).reduce(later, '');
	const [position = '', ...places] = generateNKeysBetween(last || null, null, 1 + siblings.length);
	const sections = feature.sections.map((section) => ({ ...section, id: section.id ?? uuid() }));
	const made = await tx.feature.create({
		data: { ...feature, sections, ideaId: targetId, clientKey: uuid(), position },
		select: { id: true, version: true, star: true }
	});
	const taken = new Set(there.flatMap(({ clientKey, sourceId }) => [clientKey, sourceId]));
	const moved = siblings.map(({ id: siblingId, star }, place) => {
		const row = rows.find((one) => one.id === siblingId);
		if (!row) throw new Error('A feature of the plan was not read.');
		const { version, completedAt } = row;
		const { clientKey, sourceId } = row;
		return {
			left: { id: siblingId, version, star, completedAt },
			placed: {
				position: places[place] ?? '',
				clientKey: taken.has(clientKey) ? uuid() : clientKey,
				sourceId: sourceId && taken.has(sourceId) ? null : sourceId
			},
			restore: { star: row.star, position: row.position, clientKey, sourceId }
		};
	});
	await moveFeatures(
		tx,
		targetId,
		moved.map(({ left, placed }) => ({ ...placed, id: left.id, star: left.star }))
	);
	const deletedAt = new Date();
	await tx.idea.update({ where: { id }, data: toTrash(deletedAt), select: { id: true } });
	await recordAudit(tx, actor, {
		action: 'convert.ideaToFeature',
		targetKind: 'idea',
		targetId: id
	});
	const undoToken = await recordUndo(tx, actor, {
		ideaId: id,
		inverse: {
			kind: 'convert.ideaToFeature',
			targetId,
			deletedAt,
			made: { ...made, completedAt: null },
			moved: moved.map(({ left, restore }) => ({ left, restore }))
		}
	});
	return { ideaId: targetId, featureId: made.id, undoToken };
}

const later = (one: string, other: string): string => (one > other ? one : other);

/** A feature's place in its new idea. */
export interface NewPlace {
	id: string;
	star: 'none' | 'star' | 'super';
	position: string;
	clientKey: string;
	sourceId: string | null;
}

/** Moves features to another idea, with their earlier texts. */
export async function moveFeatures(
	tx: Transaction,
	ideaId: string,
	places: NewPlace[]
): Promise<void> {
	if (places.length === 0) return;
	await tx.$executeRaw`
		UPDATE features AS f SET idea_id = ${ideaId}::uuid, star = place.star, position = place.position,
			client_key = place."clientKey", source_id = place."sourceId"
		FROM jsonb_to_recordset(${JSON.stringify(places)}::jsonb)
			AS place(id uuid, star star, position text, "clientKey" uuid, "sourceId" uuid)
		WHERE f.id = place.id`;
	await tx.revision.updateMany({
		where: { featureId: { in: places.map(({ id }) => id) } },
		data: { ideaId }
	});
}

async function featureToIdea(
	tx: Transaction,
	actor: PersonalActor,
	{ conversion, seen }: { conversion: FeatureToIdea; seen: string }
): Promise<Converted> {
	const { id } = conversion;
	await lockPeople(tx, [actor.userId]);
	const { ideaId } = await readFeatureToIdea(tx, actor, conversion);
	await lockIdeasWhole(tx, [ideaId]);
	const found = await readFeatureToIdea(tx, actor, conversion);
	assertAsSeen(found, seen);
	const { star, ...content } = found.idea;
	const idea = await tx.idea.create({
		data: { ...content, clientKey: uuid(), ownerId: actor.userId },
		select: { id: true, version: true }
	});
	const { _min } = await tx.ideaMember.aggregate({
		where: { userId: actor.userId },
		_min: { position: true }
	});
	await tx.ideaMember.create({
		data: {
			...{ userId: actor.userId, ideaId: idea.id, role: 'owner', star },
			position: generateKeyBetween(null, _min.position)
		},
		select: { ideaId: true }
	});
	const positions = generateNKeysBetween(null, null, found.features.length);
	const features = await tx.feature.createManyAndReturn({
		data: found.features.map((feature, place) => ({
			...feature,
			ideaId: idea.id,
			clientKey: uuid(),
			position: positions[place] ?? ''
		})),
		select: { id: true, version: true, star: true, completedAt: true }
	});
	const deletedAt = new Date();
	await tx.feature.update({ where: { id }, data: toTrash(deletedAt), select: { id: true } });
	await recordAudit(tx, actor, {
		action: 'convert.featureToIdea',
		targetKind: 'feature',
		targetId: id
	});
	const undoToken = await recordUndo(tx, actor, {
		ideaId,
		inverse: {
			kind: 'convert.featureToIdea',
			featureId: id,
			deletedAt,
			made: { ...idea, star },
			features
		}
	});
	return { ideaId: idea.id, featureId: null, undoToken };
}
