import type { Move, MoveMany } from '$lib/schemas/moves';
import { db, type Transaction } from '../db';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { moveInList, putBack, type Moved, type Position } from './positions';
import { assertOnBoard } from './selections';
import { lockPeople } from './star-limit';
import { recordUndo } from './undo-actions';
import type { Restored } from './undo';

/** Where an idea stands now. */
export interface MovedIdea extends Position {
	/** Absent when it stood there already. */
	undoToken?: string;
	/** Others that got a shorter key and stand where they stood. */
	respaced: Position[];
}

/** Where several ideas stand now. */
export interface MovedIdeas {
	positions: Position[];
	/** Absent when they stood there already. */
	undoToken?: string;
	/** Others that got a shorter key and stand where they stood. */
	respaced: Position[];
}

/**
 * Gives an idea another place in the person's order. The neighbour is looked for in the whole order, whatever
 * the view shows of it.
 *
 * @throws NOT_FOUND, CONFLICT when the neighbour is not there
 */
export async function moveIdea(actor: PersonalActor, { id, ...spot }: Move): Promise<MovedIdea> {
	const { positions, ...moved } = await rearrange(actor, 'idea.move', { ids: [id], ...spot });
	const [position] = positions;
	if (!position) throw new Error('An idea was moved and is not in the answer.');
	return { ...position, ...moved };
}

/**
 * Moves several ideas to one place in the person's order, all of them or none. They keep their order.
 *
 * @throws NOT_FOUND with the ids that are missing, CONFLICT when the neighbour is not there
 */
export function moveIdeas(actor: PersonalActor, input: MoveMany): Promise<MovedIdeas> {
	return rearrange(actor, 'idea.moveMany', input);
}

function rearrange(
	actor: PersonalActor,
	kind: 'idea.move' | 'idea.moveMany',
	input: MoveMany
): Promise<MovedIdeas> {
	return db.$transaction(async (tx) => {
		await lockPeople(tx, [actor.userId]);
		await assertOnBoard(tx, actor, input.ids);
		const { moved, respaced } = await moveInList(tx, { board: actor.userId }, input);
		const positions = moved.map(({ id, to }) => ({ id, position: to }));
		if (moved.every(({ from, to }) => from === to)) return { positions, respaced };
		const ids = moved.map(({ id }) => id);
		await recordAudit(tx, actor, {
			action: kind,
			targetKind: 'idea',
			targetId: ids.length === 1 ? (ids[0] ?? null) : null,
			changed: ['position'],
			...(ids.length > 1 && { details: { ideas: ids } })
		});
		const ideaId = ids.length === 1 ? ids[0] : undefined;
		const undoToken = await recordUndo(tx, actor, { ideaId, inverse: { kind, moves: moved } });
		return { positions, respaced, undoToken };
	});
}

/** Puts ideas back to where they stood. @returns nothing when one of them had moved since */
export async function restoreIdeaPlaces(
	tx: Transaction,
	actor: PersonalActor,
	moves: Moved[]
): Promise<Restored | undefined> {
	await lockPeople(tx, [actor.userId]);
	const positions = await putBack(tx, { board: actor.userId }, moves);
	return positions && { ideaIds: moves.map(({ id }) => id), positions };
}
