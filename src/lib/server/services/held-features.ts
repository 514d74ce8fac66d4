import type { FeatureSelection } from '$lib/schemas/features';
import type { Transaction } from '../db';
import type { Prisma } from '../prisma/client';
import { refusal } from '../refusal';
import { editableFeatures, readableFeatures } from './access';
import type { PersonalActor } from './actor';
import { lockIdea } from './feature-star-limit';

/** What is read of a feature that is about to change its state or its place. */
const heldSelect = {
	id: true,
	ideaId: true,
	title: true,
	star: true,
	position: true,
	completedAt: true,
	starBeforeDone: true
} satisfies Prisma.FeatureSelect;

/** A feature that is as it was read until the transaction ends: all but its texts changes under its idea's lock. */
export type HeldFeature = Prisma.FeatureGetPayload<{ select: typeof heldSelect }>;

/** Takes the lock of an idea and reads these features of it in their order; nothing when one is missing. */
export async function holdIfAll(
	tx: Transaction,
	actor: PersonalActor,
	selection: FeatureSelection
): Promise<HeldFeature[] | undefined> {
	await lockIdea(tx, selection.ideaId);
	return readHeld(tx, actor, selection);
}

/** What is held already. The caller has the idea's lock. */
async function readHeld(
	tx: Transaction,
	actor: PersonalActor,
	{ ideaId, ids }: FeatureSelection
): Promise<HeldFeature[] | undefined> {
	const held = await tx.feature.findMany({
		where: { id: { in: ids }, ideaId, ...editableFeatures(actor) },
		orderBy: [{ position: 'asc' }, { id: 'asc' }],
		select: heldSelect
	});
	return held.length === ids.length ? held : undefined;
}

/**
 * The same for an act that is refused without all of them.
 *
 * @throws NOT_FOUND, FORBIDDEN for a member who may only read
 */
export async function holdFeatures(
	tx: Transaction,
	actor: PersonalActor,
	selection: FeatureSelection
): Promise<HeldFeature[]> {
	const held = await holdIfAll(tx, actor, selection);
	if (!held) throw await whyNotHeld(tx, actor, selection);
	return held;
}

/** The same for one feature, of whatever idea it is. @throws as `holdFeatures` */
export async function holdFeature(
	tx: Transaction,
	actor: PersonalActor,
	id: string
): Promise<HeldFeature> {
	const selection = { ideaId: await lockIdeaOf(tx, actor, id), ids: [id] };
	const [held] = (await readHeld(tx, actor, selection)) ?? [];
	if (!held) throw await whyNotHeld(tx, actor, selection);
	return held;
}

/**
 * Takes the lock of a feature's idea, live or in the Trash, where the person is a member of it.
 *
 * @returns the idea
 * @throws NOT_FOUND
 */
export async function lockIdeaOf(
	tx: Transaction,
	actor: PersonalActor,
	featureId: string
): Promise<string> {
	const [idea] = await tx.$queryRaw<{ id: string }[]>`
		SELECT i.id FROM features AS f
		JOIN idea_members AS m ON m.idea_id = f.idea_id AND m.user_id = ${actor.userId}::uuid
		JOIN ideas AS i ON i.id = f.idea_id
		WHERE f.id = ${featureId}::uuid
		FOR NO KEY UPDATE OF i`;
	if (!idea) throw refusal('NOT_FOUND', 'feature.notFound');
	return idea.id;
}

/** Why the person may not change all of these. */
export async function whyNotHeld(
	tx: Transaction,
	actor: PersonalActor,
	{ ideaId, ids }: FeatureSelection
) {
	const readable = await tx.feature.count({
		where: { id: { in: ids }, ideaId, ...readableFeatures(actor) }
	});
	return readable === ids.length
		? refusal('FORBIDDEN', 'feature.readOnly')
		: refusal('NOT_FOUND', 'feature.notFound');
}
