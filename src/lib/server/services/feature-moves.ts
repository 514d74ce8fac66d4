import type { Move } from '$lib/schemas/moves';
import { db, type Transaction } from '../db';
import type { Star } from '../prisma/client';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { holdFeature, holdIfAll } from './held-features';
import { moveInList, putBack, type Moved, type Position } from './positions';
import { recordUndo } from './undo-actions';

/** Where a feature stands now, and the way back. */
export interface MovedFeature {
	id: string;
	ideaId: string;
	position: string;
	/** Absent when it stands where it stood. */
	undoToken?: string;
	/** Other features whose keys became shorter and that stand where they stood. */
	respaced: Position[];
}

/**
 * Gives a feature another place in its idea's plan.
 *
 * @throws NOT_FOUND, FORBIDDEN for a member who may only read, CONFLICT when the neighbour is not there any more
 */
export async function moveFeature(
	actor: PersonalActor,
	{ id, ...spot }: Move
): Promise<MovedFeature> {
	return db.$transaction(async (tx) => {
		const { ideaId, position } = await holdFeature(tx, actor, id);
		const { moved, respaced } = await moveInList(
			tx,
			{ featuresOf: ideaId },
			{ ids: [id], ...spot }
		);
		const moves = moved.filter(({ from, to }) => from !== to);
		if (moves.length === 0) return { id, ideaId, position, respaced };
		await recordAudit(tx, actor, {
			action: 'feature.move',
			targetKind: 'feature',
			targetId: id,
			changed: ['position']
		});
		const undoToken = await recordUndo(tx, actor, {
			ideaId,
			inverse: { kind: 'feature.move', moves }
		});
		return { id, ideaId, position: moves[0]?.to ?? position, undoToken, respaced };
	});
}

/**
 * Takes moves back, if each of the features is still where it was put.
 *
 * @returns the features with their stars; nothing when one of them was moved again
 */
export async function restoreFeaturePlaces(
	tx: Transaction,
	actor: PersonalActor,
	{ ideaId, moves }: { ideaId: string; moves: Moved[] }
): Promise<{ id: string; star: Star }[] | undefined> {
	const held = await holdIfAll(tx, actor, { ideaId, ids: moves.map(({ id }) => id) });
	const back = held && (await putBack(tx, { featuresOf: ideaId }, moves));
	return back && held.map(({ id, star }) => ({ id, star }));
}
