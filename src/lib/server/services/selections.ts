import type { PageReason } from '$lib/page-messages';
import { LIMITS } from '$lib/limits';
import type { IdeaIds, StarIdeas } from '$lib/schemas/ideas';
import { db, type Transaction } from '../db';
import type { Star } from '../prisma/client';
import { refusal } from '../refusal';
import { RETENTION } from '../retention';
import { inTrashOf, ownedBy } from './access';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { lockPeople, superStarsGiven } from './star-limit';
import { restoreIdeas } from './trash';
import type { Restored } from './undo';
import { recordUndo } from './undo-actions';
import type { InverseOf } from './undo-inverses';

/*
 * What a person does to several ideas at once: one transaction, one way back, and all of them or none.
 */

const DAY_MS = 86_400_000;

/** @throws NOT_FOUND with the ids of those that are not on the person's board, as `missing` */
export async function assertOnBoard(
	tx: Transaction,
	actor: PersonalActor,
	ids: string[]
): Promise<void> {
	const members = await tx.ideaMember.findMany({
		where: { userId: actor.userId, ideaId: { in: ids }, idea: { deletedAt: null } },
		select: { ideaId: true }
	});
	refuseUnless(new Set(members.map(({ ideaId }) => ideaId)), ids);
}

function refuseUnless(found: Set<string>, ids: string[]): void {
	const missing = ids.filter((id) => !found.has(id));
	if (missing.length === 0) return;
	throw ids.length === 1
		? refusal('NOT_FOUND', 'idea.notFound')
		: refusal('NOT_FOUND', 'idea.someNotFound', namesOf(missing));
}

const namesOf = (missing: string[]) => ({ count: missing.length, missing: missing.join(' ') });

/** The stars that ideas have now, how to go back, and why some are not what was asked for. */
export interface StarredIdeas {
	stars: { id: string; star: Star }[];
	/** Absent when nothing changed. */
	undoToken?: string;
	notice?: PageReason;
}

/**
 * Gives several ideas a star. Super-stars go to those that stand first, as far as there are any left; the
 * others get a star.
 *
 * @throws NOT_FOUND with the ids that are missing
 */
export async function starIdeas(
	actor: PersonalActor,
	{ ids, star }: StarIdeas
): Promise<StarredIdeas> {
	return db.$transaction(async (tx): Promise<StarredIdeas> => {
		await lockPeople(tx, [actor.userId]);
		const members = await tx.ideaMember.findMany({
			where: { userId: actor.userId, ideaId: { in: ids }, idea: { deletedAt: null } },
			orderBy: [{ star: 'desc' }, { position: 'asc' }, { ideaId: 'asc' }],
			select: { ideaId: true, star: true }
		});
		refuseUnless(new Set(members.map(({ ideaId }) => ideaId)), ids);
		let left = star === 'super' ? await superStarsLeft(tx, actor, ids) : 0;
		const given = members.map(({ ideaId: id, star: before }) => {
			const now: Star = star === 'super' && left-- <= 0 ? 'star' : star;
			return { id, star: now, before };
		});
		const stars = given.map(({ id, star: now }) => ({ id, star: now }));
		const notice = given.some((one) => one.star !== star)
			? { notice: 'star.superFullMany' as const }
			: {};
		const changed = given.filter((one) => one.star !== one.before);
		if (changed.length === 0) return { stars, ...notice };
		await writeStars(tx, actor, changed);
		await recordAudit(tx, actor, {
			action: 'idea.starMany',
			targetKind: 'idea',
			targetId: null,
			changed: ['star'],
			details: { ideas: changed.map(({ id }) => id) }
		});
		const inverse = {
			kind: 'idea.starMany' as const,
			stars: changed.map((one) => ({ id: one.id, expect: one.star, restore: one.before }))
		};
		return { stars, undoToken: await recordUndo(tx, actor, { inverse }), ...notice };
	});
}

/** How many super-stars there are for these ideas, as if they had none. */
async function superStarsLeft(tx: Transaction, actor: PersonalActor, ids: string[]) {
	return Math.max(0, LIMITS.superStars - (await superStarsGiven(tx, actor.userId, ids)));
}

async function writeStars(
	tx: Transaction,
	actor: PersonalActor,
	stars: { id: string; star: Star }[]
): Promise<void> {
	await tx.$executeRaw`
		UPDATE idea_members AS m SET star = given.star::star
		FROM unnest(
			${stars.map(({ id }) => id)}::uuid[], ${stars.map(({ star }) => star)}::text[]
		) AS given (idea_id, star)
		WHERE m.user_id = ${actor.userId}::uuid AND m.idea_id = given.idea_id`;
}

/**
 * Puts the stars of several ideas back as they were, if none has changed since; those without room demote.
 *
 * @returns nothing when one had changed; then nothing is done
 */
export async function restoreStars(
	tx: Transaction,
	actor: PersonalActor,
	stars: InverseOf<'idea.starMany'>['stars']
): Promise<Restored | undefined> {
	await lockPeople(tx, [actor.userId]);
	const ids = stars.map(({ id }) => id);
	const members = await tx.ideaMember.findMany({
		where: { userId: actor.userId, ideaId: { in: ids }, idea: { deletedAt: null } },
		select: { ideaId: true, star: true }
	});
	const now = new Map(members.map(({ ideaId, star }) => [ideaId, star]));
	if (!stars.every(({ id, expect }) => now.get(id) === expect)) return undefined;
	let left = await superStarsLeft(tx, actor, ids);
	const back = stars.map(({ id, restore }) => {
		const star: Star = restore === 'super' && left-- <= 0 ? 'star' : restore;
		return { id, star };
	});
	await writeStars(tx, actor, back);
	return { ideaIds: ids };
}

/** Ideas that were moved to the Trash, and the token that brings all of them back. */
export interface DeletedIdeas {
	ids: string[];
	undoToken: string;
}

/**
 * Moves several ideas to the Trash. Those that are there already, because the first answer got lost, count.
 *
 * @throws NOT_FOUND with the ids that are missing, FORBIDDEN with those that are someone else's
 */
export async function deleteIdeas(actor: PersonalActor, { ids }: IdeaIds): Promise<DeletedIdeas> {
	const now = new Date();
	return db.$transaction(async (tx) => {
		// Two that overlap would otherwise wait for each other's rows.
		await lockPeople(tx, [actor.userId]);
		const moved = await tx.idea.updateManyAndReturn({
			where: { id: { in: ids }, ...ownedBy(actor) },
			data: {
				deletedAt: now,
				undoExpiresAt: new Date(now.valueOf() + RETENTION.trashDays * DAY_MS)
			},
			select: { id: true }
		});
		const inTrash =
			moved.length === ids.length
				? moved.map(({ id }) => ({ id, deletedAt: now }))
				: await alreadyInTrash(tx, actor, { ids, now });
		if (moved.length > 0) {
			await recordAudit(tx, actor, {
				action: 'idea.deleteMany',
				targetKind: 'idea',
				targetId: null,
				details: { ideas: moved.map(({ id }) => id) }
			});
		}
		const inverse = {
			kind: 'idea.deleteMany' as const,
			ideas: inTrash.map(({ id, deletedAt }) => ({
				id,
				deletedAt: (deletedAt ?? now).toISOString()
			}))
		};
		return { ids, undoToken: await recordUndo(tx, actor, { inverse }) };
	});
}

/** All of them, those that went just now with the others. @throws as deleteIdeas */
async function alreadyInTrash(
	tx: Transaction,
	actor: PersonalActor,
	{ ids, now }: { ids: string[]; now: Date }
) {
	const inTrash = await tx.idea.findMany({
		where: { id: { in: ids }, ...inTrashOf(actor, now) },
		select: { id: true, deletedAt: true }
	});
	if (inTrash.length === ids.length) return inTrash;
	const others = await tx.ideaMember.findMany({
		where: {
			userId: actor.userId,
			ideaId: { in: ids },
			role: { not: 'owner' },
			idea: { deletedAt: null }
		},
		select: { ideaId: true }
	});
	refuseUnless(
		new Set([...inTrash.map(({ id }) => id), ...others.map(({ ideaId }) => ideaId)]),
		ids
	);
	throw refusal('FORBIDDEN', 'idea.someOwnerOnly', namesOf(others.map(({ ideaId }) => ideaId)));
}

/**
 * Takes several ideas out of the Trash with everything they had, if all of them lie there since then.
 *
 * @returns nothing when one does not; the transaction is given up then
 */
export async function restoreDeletions(
	tx: Transaction,
	actor: PersonalActor,
	ideas: InverseOf<'idea.deleteMany'>['ideas']
): Promise<Restored | undefined> {
	// Those that lay in the Trash already have another time than the rest.
	for (const time of new Set(ideas.map(({ deletedAt }) => deletedAt))) {
		const ids = ideas.filter(({ deletedAt }) => deletedAt === time).map(({ id }) => id);
		const deletedAt = new Date(time);
		if (!(await restoreIdeas(tx, actor, { ids, deletedAt }))) return undefined;
	}
	return { ideaIds: ideas.map(({ id }) => id) };
}
