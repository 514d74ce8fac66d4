import type { TrashSelection } from '$lib/schemas/trash';
import type { Transaction } from '../db';
import { RETENTION } from '../retention';
import type { PersonalActor } from './actor';
import { ideasOf, lockIdeasWhole } from './feature-star-limit';
import { areAsMarked, markFeatures, markIdeas, type Marked } from './marks';
import { lockPeople } from './star-limit';
import { recordUndo } from './undo-actions';
import type { InverseOf } from './undo-inverses';

type Returnable = InverseOf<'trash.restore'>['ideas'][number];

const DAY_MS = 86_400_000;

/**
 * Restores what is named from the Trash, and keeps how it goes back there.
 *
 * @param restore does it. @returns nothing when it could not, and then the transaction is to be given up
 */
export async function restoreReturnably<T>(
	tx: Transaction,
	{ actor, ideas, features }: { actor: PersonalActor } & TrashSelection,
	restore: () => Promise<T | undefined>
): Promise<{ restored: T; undoToken: string } | undefined> {
	const times = await trashTimes(tx, { ideas, features });
	const restored = await restore();
	if (!restored) return undefined;
	const timed = (marked: Marked[]): Returnable[] =>
		marked.flatMap(({ id, mark }) => {
			const deletedAt = times.get(id);
			return deletedAt ? [{ id, mark, deletedAt }] : [];
		});
	const inverse = {
		kind: 'trash.restore' as const,
		ideas: timed(await markIdeas(tx, actor, ideas)),
		features: timed(await markFeatures(tx, features))
	};
	return { restored, undoToken: await recordUndo(tx, actor, { inverse }) };
}

/** When what is about to be restored was deleted, by its id. */
async function trashTimes(
	tx: Transaction,
	{ ideas, features }: TrashSelection
): Promise<Map<string, Date | null>> {
	const select = { id: true, deletedAt: true } as const;
	const found = [
		...(await tx.idea.findMany({ where: { id: { in: ideas } }, select })),
		...(await tx.feature.findMany({ where: { id: { in: features } }, select }))
	];
	return new Map(found.map(({ id, deletedAt }) => [id, deletedAt]));
}

/**
 * Puts what was restored back to where it lay in the Trash, with all the time that things have there.
 *
 * @returns nothing when one of them has changed since
 */
export async function returnToTrash(
	tx: Transaction,
	actor: PersonalActor,
	{ ideas, features }: Pick<InverseOf<'trash.restore'>, 'ideas' | 'features'>
): Promise<{ ideaIds: string[]; featureIds?: string[] } | undefined> {
	const [ideaIds, featureIds] = [ideas.map(({ id }) => id), features.map(({ id }) => id)];
	await lockPeople(tx, [actor.userId]);
	const plans = await ideasOf(tx, { id: { in: featureIds } });
	await lockIdeasWhole(tx, [...new Set([...ideaIds, ...plans])]);
	const isAsLeft =
		areAsMarked(ideas, await markIdeas(tx, actor, ideaIds)) &&
		areAsMarked(features, await markFeatures(tx, featureIds));
	if (!isAsLeft) return undefined;
	const expiresAt = new Date(Date.now() + RETENTION.trashDays * DAY_MS);
	// Features first: what is in the plan of an idea that goes, too, is still of a live idea.
	const gone =
		(await tx.$executeRaw`
			UPDATE features AS f SET deleted_at = t.deleted_at, undo_expires_at = ${expiresAt}
			FROM unnest(${featureIds}::uuid[], ${timesOf(features)}::timestamptz[]) AS t (id, deleted_at),
				ideas AS i, idea_members AS m
			WHERE f.id = t.id AND i.id = f.idea_id AND i.deleted_at IS NULL
				AND m.idea_id = f.idea_id AND m.user_id = ${actor.userId}::uuid
				AND m.role IN ('owner', 'editor')`) +
		(await tx.$executeRaw`
			UPDATE ideas AS i SET deleted_at = t.deleted_at, undo_expires_at = ${expiresAt}
			FROM unnest(${ideaIds}::uuid[], ${timesOf(ideas)}::timestamptz[]) AS t (id, deleted_at)
			WHERE i.id = t.id AND i.owner_id = ${actor.userId}::uuid`);
	if (gone < ideaIds.length + featureIds.length) return undefined;
	return { ideaIds, ...(featureIds.length > 0 && { featureIds }) };
}

const timesOf = (things: Returnable[]): string[] =>
	things.map(({ deletedAt }) => deletedAt.toISOString());
