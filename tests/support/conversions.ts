import { v4 as uuid } from 'uuid';
import type { Conversion, IdeaToFeature } from '$lib/schemas/conversions';
import { db } from '$lib/server/db';
import type { PersonalActor } from '$lib/server/services/actor';
import { previewConversion, runConversion } from '$lib/server/services/conversions';
import { createFeatureFor, createIdeaFor, createPerson } from './factories';

/** Looks at what becomes what, and does it. */
export async function convert(actor: PersonalActor, conversion: Conversion) {
	const { seen } = await previewConversion(actor, conversion);
	return runConversion(actor, { conversion, seen });
}

/** Every row of a person's ideas, as the database has it. */
export const rowsOf = async ({ userId }: PersonalActor) => ({
	ideas: await db.idea.findMany({ where: { ownerId: userId }, orderBy: { id: 'asc' } }),
	members: await db.ideaMember.findMany({
		where: { idea: { ownerId: userId } },
		orderBy: [{ ideaId: 'asc' }, { userId: 'asc' }]
	}),
	features: await db.feature.findMany({
		where: { idea: { ownerId: userId } },
		orderBy: { id: 'asc' }
	}),
	revisions: await db.revision.findMany({
		where: { idea: { ownerId: userId } },
		orderBy: { id: 'asc' }
	})
});

/** A section as a client makes it. */
export const section = (label: string, body = '') => ({ id: uuid(), label, body });

/** Two ideas of a person: a kite with two features, and toys with one. */
export async function kiteAndToys() {
	const ada = await createPerson();
	const toys = await createIdeaFor(ada, { title: 'Toys' });
	await createFeatureFor(ada, toys.id, { title: 'A ball' });
	const kite = await createIdeaFor(ada, {
		...{ title: 'Kite', notes: 'Light paper.', star: 'super' },
		...{ linkUrl: 'https://example.com/kite', linkLabel: 'Plan' }
	});
	const sections = [section('Colours', 'Red.'), section('', 'Blue.')];
	const tail = await createFeatureFor(ada, kite.id, { title: 'Tail', notes: 'Long.', sections });
	const line = await createFeatureFor(ada, kite.id, { title: 'Line', star: 'super' });
	const into = (children: IdeaToFeature['children']): IdeaToFeature => ({
		...{ kind: 'ideaToFeature', id: kite.id, targetId: toys.id, children }
	});
	return { ada, toys, kite, tail, line, into };
}
