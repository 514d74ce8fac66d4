import type { Transaction } from '../db';
import type { Star } from '../prisma/client';
import { editableBy, ownedBy } from './access';
import type { PersonalActor } from './actor';
import { moveFeatures } from './conversions';
import { lockIdeasWhole } from './feature-star-limit';
import { restoreDeletion } from './feature-trash';
import { lockPeople } from './star-limit';
import { restoreIdeas } from './trash';
import type { FeatureLeft, InverseOf } from './undo-inverses';

/** Whether features of an idea are as a conversion left them. */
async function areAsLeft(tx: Transaction, ideaId: string, left: FeatureLeft[]): Promise<boolean> {
	const rows = await tx.feature.findMany({
		where: { id: { in: left.map(({ id }) => id) }, ideaId, deletedAt: null },
		select: { id: true, version: true, star: true, completedAt: true }
	});
	const now = new Map(rows.map((row) => [row.id, row]));
	return left.every(({ id, version, star, completedAt }) => {
		const row = now.get(id);
		return (
			row?.version === version &&
			row.star === star &&
			row.completedAt?.valueOf() === completedAt?.valueOf()
		);
	});
}

/**
 * Takes back that an idea became a feature: the idea comes out of the Trash with everything it had, and the
 * feature that was made goes.
 *
 * @returns the idea's star; nothing when what was made has been touched
 */
export async function undoIdeaToFeature(
	tx: Transaction,
	actor: PersonalActor,
	{ ideaId, inverse }: { ideaId: string; inverse: InverseOf<'convert.ideaToFeature'> }
): Promise<Star | undefined> {
	const { targetId, deletedAt, made, moved } = inverse;
	await lockPeople(tx, await membersOf(tx, ideaId, actor));
	await lockIdeasWhole(tx, [ideaId, targetId]);
	const editable = await tx.idea.count({ where: { id: targetId, ...editableBy(actor) } });
	const left = [made, ...moved.map((one) => one.left)];
	if (editable === 0 || !(await areAsLeft(tx, targetId, left))) return undefined;
	await tx.feature.delete({ where: { id: made.id }, select: { id: true } });
	await moveFeatures(
		tx,
		ideaId,
		moved.map(({ left: { id }, restore }) => ({ id, ...restore }))
	);
	const restored = await restoreIdeas(tx, actor, { ids: [ideaId], deletedAt });
	return restored?.[0]?.star;
}

/** Everyone whose stars may be counted, so that all locks are taken at once. */
async function membersOf(tx: Transaction, ideaId: string, { userId }: PersonalActor) {
	const members = await tx.ideaMember.findMany({ where: { ideaId }, select: { userId: true } });
	return [userId, ...members.map((member) => member.userId)];
}

/**
 * Takes back that a feature became an idea: the feature comes out of the Trash to where it stood, and the idea
 * that was made goes with all that was made in it.
 *
 * @returns the feature with its star; nothing when what was made has been touched, or is shared by now
 */
export async function undoFeatureToIdea(
	tx: Transaction,
	actor: PersonalActor,
	{ ideaId, inverse }: { ideaId: string; inverse: InverseOf<'convert.featureToIdea'> }
): Promise<{ id: string; star: Star }[] | undefined> {
	const { featureId, deletedAt, made, features } = inverse;
	await lockPeople(tx, [actor.userId]);
	await lockIdeasWhole(tx, [ideaId, made.id]);
	const idea = await tx.idea.findFirst({
		where: { id: made.id, version: made.version, ...ownedBy(actor) },
		select: {
			members: { select: { star: true, tags: true, archivedAt: true } },
			_count: { select: { features: true } }
		}
	});
	const [own, ...others] = idea?.members ?? [];
	const isAsLeft =
		own?.star === made.star &&
		own.tags.length === 0 &&
		own.archivedAt === null &&
		others.length === 0 &&
		idea?._count.features === features.length &&
		(await areAsLeft(tx, made.id, features));
	if (!isAsLeft) return undefined;
	await tx.idea.delete({ where: { id: made.id }, select: { id: true } });
	return restoreDeletion(tx, actor, [{ id: featureId, deletedAt }]);
}
