import { createHash } from 'node:crypto';
import { generateNKeysBetween } from 'fractional-indexing';
import { v7 as uuid } from 'uuid';
import { LIMITS } from '$lib/limits';
import type { StartGuide } from '$lib/schemas/guide';
import { db, type Transaction } from '../db';
import { GUIDE, type GuideFeature } from '../guide-ideas';
import { refusal } from '../refusal';
import { RETENTION } from '../retention';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { lockIdeasWhole } from './feature-star-limit';
import { areAsMarked, markIdeas, type Marked } from './marks';
import { lockPeople } from './star-limit';
import { recordUndo } from './undo-actions';

/** The ideas of the guide, and the token that sends them to the Trash. */
export interface StartedGuide {
	ideas: { id: string; title: string }[];
	undoToken: string;
}

/**
 * Puts the ideas of the guide at the top of the person's board. They are ideas like any others. The same `clientKey`
 * again gives those that it made the first time.
 *
 * @throws BAD_REQUEST when there is no room for them
 */
export async function startGuide(
	actor: PersonalActor,
	{ clientKey }: StartGuide
): Promise<StartedGuide> {
	const { userId } = actor;
	const keys = GUIDE.map((_idea, place) => keyOf(clientKey, place));
	return db.$transaction(async (tx) => {
		await lockPeople(tx, [userId]);
		const known = await tx.idea.findMany({
			where: { ownerId: userId, clientKey: { in: keys } },
			orderBy: { id: 'asc' },
			select: { id: true, title: true }
		});
		const ideas = known.length > 0 ? known : await addIdeas(tx, actor, keys);
		const marked = await markIdeas(
			tx,
			actor,
			ideas.map(({ id }) => id)
		);
		const inverse = { kind: 'guide.start', ideas: marked } as const;
		return { ideas, undoToken: await recordUndo(tx, actor, { inverse }) };
	});
}

async function addIdeas(tx: Transaction, actor: PersonalActor, keys: string[]) {
	const { userId } = actor;
	const owned = await tx.idea.count({ where: { ownerId: userId } });
	if (owned + GUIDE.length > LIMITS.ideasPerPerson) throw refusal('BAD_REQUEST', 'idea.quota');
	const { _min } = await tx.ideaMember.aggregate({ where: { userId }, _min: { position: true } });
	const positions = generateNKeysBetween(null, _min.position, GUIDE.length);
	const ideas = GUIDE.map((idea, place) => ({
		...idea,
		id: uuid(),
		clientKey: keys[place] ?? '',
		position: positions[place] ?? ''
	}));
	const features = ideas.flatMap(({ id, features }) => rowsOf(id, features));
	await tx.idea.createMany({
		data: ideas.map(({ id, title, notes, clientKey }) => {
			return { id, title, notes, clientKey, ownerId: userId };
		})
	});
	await tx.ideaMember.createMany({
		data: ideas.map(({ id: ideaId, position, star }) => {
			return { ideaId, userId, role: 'owner' as const, position, star };
		})
	});
	await tx.feature.createMany({ data: features });
	await recordAudit(tx, actor, {
		action: 'guide.start',
		targetKind: 'idea',
		targetId: ideas[0]?.id ?? null
	});
	return ideas.map(({ id, title }) => ({ id, title }));
}

/** The features of an idea, one below the other. */
function rowsOf(ideaId: string, features: GuideFeature[]) {
	const positions = generateNKeysBetween(null, null, features.length);
	return features.map(({ title, notes = '', sections = [], star, isDone }, place) => ({
		id: uuid(),
		clientKey: uuid(),
		ideaId,
		title,
		notes,
		sections: sections.map((section) => ({ id: uuid(), ...section })),
		star: star ?? ('none' as const),
		position: positions[place] ?? '',
		completedAt: isDone ? new Date() : null
	}));
}

/** One key makes several ideas, so each of them has one that follows from it. */
function keyOf(clientKey: string, place: number): string {
	const hex = createHash('sha256').update(`${clientKey}:${place}`).digest('hex');
	return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`]
		.concat(hex.slice(20, 32))
		.join('-');
}

/** Sends the ideas of the guide to the Trash. @returns nothing when something was made of one of them since */
export async function takeGuideBack(
	tx: Transaction,
	actor: PersonalActor,
	{ ideas }: { ideas: Marked[] }
): Promise<{ ideaIds: string[] } | undefined> {
	const ideaIds = ideas.map(({ id }) => id);
	await lockPeople(tx, [actor.userId]);
	await lockIdeasWhole(tx, ideaIds);
	if (!areAsMarked(ideas, await markIdeas(tx, actor, ideaIds))) return undefined;
	const now = new Date();
	const { count } = await tx.idea.updateMany({
		where: { id: { in: ideaIds }, ownerId: actor.userId, deletedAt: null },
		data: {
			deletedAt: now,
			undoExpiresAt: new Date(now.valueOf() + RETENTION.trashDays * 86_400_000)
		}
	});
	return count === ideaIds.length ? { ideaIds } : undefined;
}
