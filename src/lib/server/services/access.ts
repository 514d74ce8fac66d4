import type { Prisma } from '../prisma/client';
import type { PersonalActor } from './actor';

/*
 * Who may see and change what, as parts of queries. What a person may not see is not found: no query
 * first reads a row and then asks whether it may.
 */

/** Live ideas that the person is a member of. */
export const readableBy = (actor: PersonalActor) =>
	({
		deletedAt: null,
		members: { some: { userId: actor.userId } }
	}) satisfies Prisma.IdeaWhereInput;

/** Live ideas whose content the person may change. */
export const editableBy = (actor: PersonalActor) =>
	({
		deletedAt: null,
		members: { some: { userId: actor.userId, role: { in: ['owner', 'editor'] } } }
	}) satisfies Prisma.IdeaWhereInput;

/** Live ideas that are the person's own: only an owner deletes or publishes. */
export const ownedBy = (actor: PersonalActor) =>
	({ deletedAt: null, ownerId: actor.userId }) satisfies Prisma.IdeaWhereInput;

/** Ideas in the person's Trash whose time has not run out. */
export const inTrashOf = (actor: PersonalActor, now: Date) =>
	({
		ownerId: actor.userId,
		deletedAt: { not: null },
		undoExpiresAt: { gt: now }
	}) satisfies Prisma.IdeaWhereInput;

/** Live features that the person may read: private ones are for the owner and the editors. */
export const readableFeatures = (actor: PersonalActor) =>
	({
		deletedAt: null,
		OR: [
			{ visibility: 'inherit', idea: readableBy(actor) },
			{ visibility: 'private', idea: editableBy(actor) }
		]
	}) satisfies Prisma.FeatureWhereInput;

/** Live features that the person may change. */
export const editableFeatures = (actor: PersonalActor) =>
	({ deletedAt: null, idea: editableBy(actor) }) satisfies Prisma.FeatureWhereInput;

/** Features in the Trash that the person sees and can bring back: those of ideas that they may change. */
export const trashedFeatures = (actor: PersonalActor, now: Date) =>
	({
		deletedAt: { not: null },
		undoExpiresAt: { gt: now },
		idea: editableBy(actor)
	}) satisfies Prisma.FeatureWhereInput;

/** Those of them that the person may delete for good: those of their own ideas. */
export const purgeableFeatures = (actor: PersonalActor, now: Date) =>
	({ ...trashedFeatures(actor, now), idea: ownedBy(actor) }) satisfies Prisma.FeatureWhereInput;
