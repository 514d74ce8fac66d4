import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';
import type { Move } from '$lib/schemas/moves';
import { db, type Transaction } from '../db';
import type { Star } from '../prisma/client';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { holdFeature, holdIfAll } from './held-features';
import { recordUndo } from './undo-actions';
import type { InverseOf } from './undo-inverses';

/** Where a feature stands now, and the way back. */
export interface MovedFeature {
	id: string;
	ideaId: string;
	position: string;
	/** Absent when it stands where it stood. */
	undoToken?: string;
}

/** A row as the order knows it. Those in the Trash keep their places, so that they come back to them. */
interface Place {
	id: string;
	position: string;
}

/** Where something is put: behind the one and before the other, nothing meaning an end of the list. */
interface Gap {
	behind?: Place;
	before?: Place;
}

/** A longer key has all keys of its idea dealt out anew; the CHECK of the table lies far beyond. */
const POSITION_CHARS = 120;

/**
 * Gives a feature another place in its idea's plan. One row is written; only where keys have grown long, all of
 * the idea's are.
 *
 * @throws NOT_FOUND, FORBIDDEN for a member who may only read, CONFLICT when the neighbour is not there any more
 */
export async function moveFeature(actor: PersonalActor, move: Move): Promise<MovedFeature> {
	const { id } = move;
	return db.$transaction(async (tx) => {
		const feature = await holdFeature(tx, actor, id);
		const { ideaId } = feature;
		let was = feature.position;
		let gap = await gapOf(tx, ideaId, move);
		if (isIn(gap, feature)) return { id, ideaId, position: was };
		if (!hasRoom(gap)) {
			was = (await dealAnew(tx, ideaId)).get(id) ?? was;
			gap = await gapOf(tx, ideaId, move);
		}
		const position = keyIn(gap);
		await tx.feature.update({ where: { id }, data: { position }, select: { id: true } });
		await recordAudit(tx, actor, {
			action: 'feature.move',
			targetKind: 'feature',
			targetId: id,
			changed: ['position']
		});
		const inverse = { kind: 'feature.move', id, expect: position, restore: was } as const;
		return { id, ideaId, position, undoToken: await recordUndo(tx, actor, { ideaId, inverse }) };
	});
}

/** The gap that a move names, as if what moves were not in the list. @throws CONFLICT */
async function gapOf(tx: Transaction, ideaId: string, { id, after, before }: Move): Promise<Gap> {
	const others = await placesOf(tx, ideaId, id);
	const neighbour = after ?? before;
	if (!neighbour) return { before: others[0] };
	const place = others.findIndex((other) => other.id === neighbour && !other.deletedAt);
	if (place === -1) throw refusal('CONFLICT', 'move.neighbourGone');
	return after
		? { behind: others[place], before: others[place + 1] }
		: { behind: others[place - 1], before: others[place] };
}

/** Every feature of the idea but one, in their order. They are a thousand at most. */
const placesOf = (tx: Transaction, ideaId: string, exceptId: string) =>
	tx.feature.findMany({
		where: { ideaId, id: { not: exceptId } },
		orderBy: [{ position: 'asc' }, { id: 'asc' }],
		select: { id: true, position: true, deletedAt: true }
	});

const isBefore = (one: Place, other: Place): boolean =>
	one.position === other.position ? one.id < other.id : one.position < other.position;

const isIn = ({ behind, before }: Gap, place: Place): boolean =>
	(!behind || isBefore(behind, place)) && (!before || isBefore(place, before));

const keyIn = ({ behind, before }: Gap): string =>
	generateKeyBetween(behind?.position ?? null, before?.position ?? null);

/** Whether a key of tolerable length fits in. Rows that came from elsewhere may share one. */
const hasRoom = (gap: Gap): boolean =>
	!(gap.behind && gap.behind.position === gap.before?.position) &&
	keyIn(gap).length <= POSITION_CHARS;

/** Deals out short keys to all features of the idea, in the order that they have. @returns the keys by id */
async function dealAnew(tx: Transaction, ideaId: string): Promise<Map<string, string>> {
	const all = await tx.feature.findMany({
		where: { ideaId },
		orderBy: [{ position: 'asc' }, { id: 'asc' }],
		select: { id: true }
	});
	const keys = generateNKeysBetween(null, null, all.length);
	const places = all.map(({ id }, place) => ({ id, position: keys[place] ?? '' }));
	await tx.$executeRaw`
		UPDATE features AS f SET position = place.position
		FROM jsonb_to_recordset(${JSON.stringify(places)}::jsonb) AS place(id uuid, position text)
		WHERE f.id = place.id`;
	return new Map(places.map(({ id, position }) => [id, position]));
}

/**
 * Takes back a move, if the feature is still where it was put. Where another has come to stand at its old place,
 * it goes right before that one.
 *
 * @returns the feature with its star; nothing when it was moved again
 */
export async function restorePlace(
	tx: Transaction,
	actor: PersonalActor,
	{ ideaId, inverse }: { ideaId: string; inverse: InverseOf<'feature.move'> }
): Promise<{ id: string; star: Star }[] | undefined> {
	const { id, expect, restore } = inverse;
	const [feature] = (await holdIfAll(tx, actor, { ideaId, ids: [id] })) ?? [];
	if (feature?.position !== expect) return undefined;
	const others = await placesOf(tx, ideaId, id);
	const next = others.findIndex(({ position }) => position >= restore);
	const isTaken = others[next]?.position === restore;
	const position = isTaken ? keyIn({ behind: others[next - 1], before: others[next] }) : restore;
	await tx.feature.update({ where: { id }, data: { position }, select: { id: true } });
	return [{ id, star: feature.star }];
}
