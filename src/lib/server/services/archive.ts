import type { PageReason } from '$lib/page-messages';
import type { IdeaIds } from '$lib/schemas/ideas';
import { db, type Transaction } from '../db';
import type { Star } from '../prisma/client';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { recordAudit, type AuditEvent } from './audit';
import { lockPeople, starsWithinLimit } from './star-limit';
import { recordUndo } from './undo-actions';
import type { InverseOf } from './undo-inverses';

/** Ideas that were put aside or taken back, and how to undo that. */
export interface Archived {
	ideas: { id: string; star: Star; archivedAt: Date | null }[];
	/** Absent when nothing changed. */
	undoToken?: string;
	/** Why a star is not the one that it was. */
	notice?: PageReason;
}

/** Where an idea stands in the archive, and the star that goes with it. */
type Place = InverseOf<'idea.archive'>['ideas'][number]['expect'];

/**
 * Puts ideas aside: on the person's own board they show no more, and count for no limit of stars. Those that
 * are aside already stay as they are.
 *
 * @throws NOT_FOUND when one of them is not the person's
 */
export async function archiveIdeas(actor: PersonalActor, { ids }: IdeaIds): Promise<Archived> {
	const archivedAt = new Date();
	return db.$transaction(async (tx) => {
		const held = await hold(tx, actor, ids);
		return change(tx, actor, {
			kind: 'idea.archive',
			ideas: held.map((idea) => ({
				...idea,
				expect: { star: idea.restore.star, archivedAt: idea.restore.archivedAt ?? archivedAt }
			}))
		});
	});
}

/**
 * Takes ideas out of the archive, to where they stood. Super-stars come back as stars where there is no room.
 *
 * @throws NOT_FOUND when one of them is not the person's
 */
export async function unarchiveIdeas(actor: PersonalActor, { ids }: IdeaIds): Promise<Archived> {
	return db.$transaction(async (tx) => {
		const held = await hold(tx, actor, ids);
		const aside = held.filter(({ restore }) => restore.archivedAt);
		const wanted = aside.map(({ restore }) => restore.star);
		const given = await starsWithinLimit(tx, actor.userId, wanted);
		const starOf = new Map(aside.map(({ id }, place) => [id, given[place]]));
		const changed = await change(tx, actor, {
			kind: 'idea.unarchive',
			ideas: held.map((idea) => ({
				...idea,
				expect: { star: starOf.get(idea.id) ?? idea.restore.star, archivedAt: null }
			}))
		});
		const isShort = given.some((star, place) => star !== wanted[place]);
		return { ...changed, ...(isShort && { notice: 'star.superFullBack' as const }) };
	});
}

/** Takes the person's lock and reads where the ideas stand. @throws NOT_FOUND */
async function hold(tx: Transaction, actor: PersonalActor, ids: string[]) {
	await lockPeople(tx, [actor.userId]);
	const members = await tx.ideaMember.findMany({
		where: { userId: actor.userId, ideaId: { in: ids }, idea: { deletedAt: null } },
		orderBy: [{ position: 'asc' }, { ideaId: 'asc' }],
		select: { ideaId: true, star: true, archivedAt: true }
	});
	if (members.length < ids.length) throw refusal('NOT_FOUND', 'idea.notFound');
	return members.map(({ ideaId: id, ...restore }) => ({ id, restore }));
}

async function change(
	tx: Transaction,
	actor: PersonalActor,
	{ kind, ideas }: InverseOf<'idea.archive' | 'idea.unarchive'>
): Promise<Archived> {
	const now = ideas.map(({ id, expect }) => ({ id, ...expect }));
	const changes = ideas.filter(({ expect, restore }) => !areSame(expect, restore));
	if (changes.length === 0) return { ideas: now };
	await write(
		tx,
		actor,
		changes.map(({ id, expect }) => ({ id, ...expect }))
	);
	await recordAudit(
		tx,
		actor,
		...changes.map(
			({ id }) =>
				({
					action: kind,
					targetKind: 'idea',
					targetId: id,
					changed: ['archivedAt']
				}) satisfies AuditEvent
		)
	);
	const [only, ...others] = changes;
	const undoToken = await recordUndo(tx, actor, {
		...(only && others.length === 0 && { ideaId: only.id }),
		inverse: { kind, ideas: changes }
	});
	return { ideas: now, undoToken };
}

const areSame = (one: Place, other: Place): boolean =>
	one.star === other.star && one.archivedAt?.valueOf() === other.archivedAt?.valueOf();

async function write(tx: Transaction, actor: PersonalActor, ideas: (Place & { id: string })[]) {
	await tx.$executeRaw`
		UPDATE idea_members AS m SET star = place.star, archived_at = place."archivedAt"
		FROM jsonb_to_recordset(${JSON.stringify(ideas)}::jsonb)
			AS place(id uuid, star star, "archivedAt" timestamptz(3))
		WHERE m.user_id = ${actor.userId}::uuid AND m.idea_id = place.id`;
}

/**
 * Puts ideas back into the archive or out of it, if each still stands where it was put. Super-stars that have no
 * room demote.
 *
 * @returns the ideas with their stars; nothing when one of them has changed
 */
export async function restorePlaces(
	tx: Transaction,
	actor: PersonalActor,
	{ ideas }: InverseOf<'idea.archive' | 'idea.unarchive'>
): Promise<{ id: string; star: Star }[] | undefined> {
	await lockPeople(tx, [actor.userId]);
	const members = await tx.ideaMember.findMany({
		where: {
			userId: actor.userId,
			ideaId: { in: ideas.map(({ id }) => id) },
			idea: { deletedAt: null }
		},
		select: { ideaId: true, star: true, archivedAt: true }
	});
	const now = new Map(members.map(({ ideaId, ...place }) => [ideaId, place]));
	const isAsLeft = ideas.every(({ id, expect }) => {
		const place = now.get(id);
		return place && areSame(place, expect);
	});
	if (!isAsLeft) return undefined;
	const returning = ideas.filter(({ expect, restore }) => expect.archivedAt && !restore.archivedAt);
	const wanted = returning.map(({ restore }) => restore.star);
	const given = await starsWithinLimit(tx, actor.userId, wanted);
	const starOf = new Map(returning.map(({ id }, place) => [id, given[place]]));
	const back = ideas.map(({ id, restore }) => ({
		id,
		...restore,
		star: starOf.get(id) ?? restore.star
	}));
	await write(tx, actor, back);
	return back.map(({ id, star }) => ({ id, star }));
}
