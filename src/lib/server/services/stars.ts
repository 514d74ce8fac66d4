import type { PageReason } from '$lib/page-messages';
import type { StarIdea } from '$lib/schemas/ideas';
import { db, type Transaction } from '../db';
import type { Star } from '../prisma/client';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { lockPeople, starWithinLimit } from './star-limit';
import { recordUndo } from './undo-actions';
import type { InverseOf } from './undo-inverses';

/** The star an idea has now, how to go back, and why it is not the one that was asked for. */
export interface Starred {
	id: string;
	star: Star;
	/** Absent when nothing changed. */
	undoToken?: string;
	notice?: PageReason;
}

/**
 * Sets how much an idea stands out on the person's board. When every super-star is given, the cycle
 * skips super: a starred idea becomes unstarred, and the answer says why.
 *
 * @throws NOT_FOUND
 */
export async function starIdea(actor: PersonalActor, { id, star }: StarIdea): Promise<Starred> {
	return db.$transaction(async (tx): Promise<Starred> => {
		await lockPeople(tx, [actor.userId]);
		const member = await tx.ideaMember.findFirst({
			where: { ideaId: id, userId: actor.userId, idea: { deletedAt: null } },
			select: { star: true }
		});
		if (!member) throw refusal('NOT_FOUND', 'idea.notFound');

		const given = member.star === star ? star : await starWithinLimit(tx, actor.userId, star);
		const skipped = star === 'super' && given !== 'super';
		const next = skipped && member.star === 'star' ? 'none' : given;
		const notice = skipped ? { notice: 'star.superFull' as const } : {};
		if (next === member.star) return { id, star: next, ...notice };
		await tx.ideaMember.update({
			where: { userId_ideaId: { userId: actor.userId, ideaId: id } },
			data: { star: next },
			select: { ideaId: true }
		});
		await recordAudit(tx, actor, {
			action: 'idea.star',
			targetKind: 'idea',
			targetId: id,
			changed: ['star']
		});
		const inverse = { kind: 'idea.star', expect: next, restore: member.star } as const;
		const undoToken = await recordUndo(tx, actor, { ideaId: id, inverse });
		return { id, star: next, undoToken, ...notice };
	});
}

/**
 * Puts a star back as it was before, if it has not changed since; one that has no room demotes.
 *
 * @returns the star it has now, or nothing when it had changed
 */
export async function restoreStar(
	tx: Transaction,
	actor: PersonalActor,
	{ ideaId, inverse }: { ideaId: string; inverse: InverseOf<'idea.star'> }
): Promise<Star | undefined> {
	await lockPeople(tx, [actor.userId]);
	const { expect, restore } = inverse;
	const star = await starWithinLimit(tx, actor.userId, restore);
	const { count } = await tx.ideaMember.updateMany({
		where: { userId: actor.userId, ideaId, star: expect, idea: { deletedAt: null } },
		data: { star }
	});
	return count === 1 ? star : undefined;
}
