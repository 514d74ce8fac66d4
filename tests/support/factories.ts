import { v4 as uuid } from 'uuid';
import type { CreateFeature } from '$lib/schemas/features';
import type { CreateIdea } from '$lib/schemas/ideas';
import { db } from '$lib/server/db';
import type { Prisma } from '$lib/server/prisma/client';
import type { PersonalActor } from '$lib/server/services/actor';
import { createFeature } from '$lib/server/services/features';
import { createIdea } from '$lib/server/services/ideas';

/** A person with an account, as the actor of service calls. */
export async function createPerson(
	email = `${uuid()}@example.com`
): Promise<PersonalActor & { email: string }> {
	const { id } = await db.user.create({ data: { email }, select: { id: true } });
	return { kind: 'person', userId: id, requestId: `test-${id}`, email };
}

/** An admin with an account. */
export async function createAdmin() {
	const person = await createPerson();
	await db.user.update({ where: { id: person.userId }, data: { role: 'admin' } });
	return { ...person, role: 'admin' as const };
}

/** A group of errors that was met once, now. */
export const createErrorGroup = (given: Partial<Prisma.ErrorGroupCreateInput> = {}) =>
	db.errorGroup.create({
		data: {
			fingerprint: crypto.randomUUID(),
			source: 'app',
			kind: 'TypeError',
			message: 'No idea',
			count: 1,
			firstAt: new Date(),
			lastAt: new Date(),
			firstRelease: 'abc',
			lastRelease: 'abc',
			...given
		},
		select: { id: true }
	});

/** Everything a new idea needs, with what the test cares about laid over it. */
export const newIdea = (given: Partial<CreateIdea> = {}): CreateIdea => ({
	clientKey: uuid(),
	title: 'Analytical engine',
	notes: '',
	linkUrl: null,
	linkLabel: null,
	visibility: 'private',
	star: 'none',
	...given
});

/** An idea of this person, through the service. */
export const createIdeaFor = (actor: PersonalActor, given: Partial<CreateIdea> = {}) =>
	createIdea(actor, newIdea(given));

/** A feature of this idea, through the service. */
export const createFeatureFor = (
	actor: PersonalActor,
	ideaId: string,
	given: Partial<CreateFeature> = {}
) =>
	createFeature(actor, {
		ideaId,
		clientKey: uuid(),
		title: 'A wheel',
		notes: '',
		sections: [],
		visibility: 'inherit',
		star: 'none',
		...given
	});

/** Makes someone a member of another person's idea, as sharing does. */
export async function shareIdea(
	ideaId: string,
	person: PersonalActor,
	role: 'editor' | 'commenter' | 'viewer'
): Promise<void> {
	await db.ideaMember.create({
		data: { ideaId, userId: person.userId, role, position: 'a0' },
		select: { ideaId: true }
	});
}

/** A browser in which this person is signed in, with what the test cares about. */
export const createSessionFor = (
	{ userId }: PersonalActor,
	given: { userAgent?: string; address?: string; place?: string; expires?: Date } = {}
) =>
	db.session.create({
		data: {
			userId,
			sessionToken: uuid(),
			expires: new Date(Date.now() + 30 * 86_400_000),
			...given
		},
		select: { id: true }
	});
