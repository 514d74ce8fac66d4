import type { UndoToken } from '$lib/schemas/undo';
import { db } from '../db';
import type { Star } from '../prisma/client';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { restoreStar } from './stars';
import { restoreIdeaAsItWas } from './trash';
import { takeUndo, type Inverse } from './undo-actions';

/** What was undone, so that the page can show it. */
export interface Undone {
	kind: Inverse['kind'];
	ideaId: string;
	/** The person's star of it now: one that came back demotes where there is no room. */
	star: Star;
}

/**
 * Undoes one action of the person, whole or not at all. A token works once.
 *
 * @throws NOT_FOUND for a token that is unknown, used, too old or someone else's, CONFLICT when the
 *   row has changed again since
 */
export async function undo(actor: PersonalActor, { token }: UndoToken): Promise<Undone> {
	return db.$transaction(async (tx) => {
		const { ideaId, inverse } = await takeUndo(tx, actor, token);
		const star =
			inverse.kind === 'idea.delete'
				? await restoreIdeaAsItWas(tx, actor, {
						id: ideaId,
						deletedAt: new Date(inverse.deletedAt)
					})
				: await restoreStar(tx, actor, { ideaId, inverse });
		if (!star) throw refusal('CONFLICT', 'undo.changed');
		await recordAudit(tx, actor, {
			action: `${inverse.kind}.undo`,
			targetKind: 'idea',
			targetId: ideaId
		});
		return { kind: inverse.kind, ideaId, star };
	});
}
