import type { TrashSelection } from '$lib/schemas/trash';
import type { Transaction } from '../db';
import type { PersonalActor } from './actor';
import { lockIdeas } from './feature-star-limit';
import { ideasOf } from './feature-trash';
import type { InverseOf } from './undo-inverses';

type Returnable = InverseOf<'trash.restore'>['ideas'];

/** When what is about to be restored was deleted, and how long it would have stayed: it goes back with its times. */
export async function trashTimes(
	tx: Transaction,
	{ ideas, features }: TrashSelection
): Promise<InverseOf<'trash.restore'>> {
	const select = { id: true, deletedAt: true, undoExpiresAt: true } as const;
	const found = {
		ideas: await tx.idea.findMany({ where: { id: { in: ideas } }, select }),
		features: await tx.feature.findMany({ where: { id: { in: features } }, select })
	};
	const timed = (rows: (typeof found)['ideas']): Returnable =>
		rows.flatMap(({ id, deletedAt, undoExpiresAt: expiresAt }) =>
			deletedAt && expiresAt ? [{ id, deletedAt, expiresAt }] : []
		);
	return { kind: 'trash.restore', ideas: timed(found.ideas), features: timed(found.features) };
}

/** Puts what was restored back into the Trash, with the time that it had left. @returns nothing when one of them is gone */
export async function returnToTrash(
	tx: Transaction,
	actor: PersonalActor,
	{ ideas, features }: Pick<InverseOf<'trash.restore'>, 'ideas' | 'features'>
): Promise<{ ideaIds: string[]; featureIds?: string[] } | undefined> {
	const [ideaIds, featureIds] = [ideas.map(({ id }) => id), features.map(({ id }) => id)];
	const plans = await ideasOf(tx, { id: { in: featureIds } });
	await lockIdeas(tx, [...new Set([...ideaIds, ...plans])]);
	// Features first: what is in the plan of an idea that goes, too, is still of a live idea.
	const gone =
		(await tx.$executeRaw`
			UPDATE features AS f SET deleted_at = t.deleted_at, undo_expires_at = t.expires_at
			FROM unnest(${featureIds}::uuid[], ${timesOf(features, 'deletedAt')}::timestamptz[],
				${timesOf(features, 'expiresAt')}::timestamptz[]) AS t (id, deleted_at, expires_at),
				ideas AS i, idea_members AS m
			WHERE f.id = t.id AND f.deleted_at IS NULL AND i.id = f.idea_id AND i.deleted_at IS NULL
				AND m.idea_id = f.idea_id AND m.user_id = ${actor.userId}::uuid
				AND m.role IN ('owner', 'editor')`) +
		(await tx.$executeRaw`
			UPDATE ideas AS i SET deleted_at = t.deleted_at, undo_expires_at = t.expires_at
			FROM unnest(${ideaIds}::uuid[], ${timesOf(ideas, 'deletedAt')}::timestamptz[],
				${timesOf(ideas, 'expiresAt')}::timestamptz[]) AS t (id, deleted_at, expires_at)
			WHERE i.id = t.id AND i.deleted_at IS NULL AND i.owner_id = ${actor.userId}::uuid`);
	if (gone < ideaIds.length + featureIds.length) return undefined;
	return { ideaIds, ...(featureIds.length > 0 && { featureIds }) };
}

const timesOf = (things: Returnable, name: 'deletedAt' | 'expiresAt'): string[] =>
	things.map((thing) => thing[name].toISOString());
