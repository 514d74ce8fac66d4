import type { Transaction } from '../db';
import { editableFeatures, ownedBy } from './access';
import type { PersonalActor } from './actor';
import type { InverseOf } from './undo-inverses';

/*
 * Who sees a thing changes together with what it says, and is taken back by itself: what it says since stays.
 */

/** How a row is written by an act that is not bound to a version. */
const next = () => ({ version: { increment: 1 }, updatedAt: new Date() });

/** Puts back who sees an idea. @returns whether it was still as the act had left it */
export async function restoreIdeaVisibility(
	tx: Transaction,
	actor: PersonalActor,
	{ id, expect, restore }: { id: string } & Omit<InverseOf<'idea.visibility'>, 'kind'>
): Promise<boolean> {
	const { count } = await tx.idea.updateMany({
		where: { id, visibility: expect, ...ownedBy(actor) },
		data: { visibility: restore, ...next() }
	});
	return count > 0;
}

/** The same for a feature. */
export async function restoreFeatureVisibility(
	tx: Transaction,
	actor: PersonalActor,
	{ id, expect, restore }: Omit<InverseOf<'feature.visibility'>, 'kind'>
): Promise<boolean> {
	const { count } = await tx.feature.updateMany({
		where: { id, visibility: expect, ...editableFeatures(actor) },
		data: { visibility: restore, ...next() }
	});
	return count > 0;
}
