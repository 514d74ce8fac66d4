import { v4 as uuid } from 'uuid';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import { createFeatureFor, createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { countStatements } from '#tests/support/statements';
import { db } from '../db';
import type { PersonalActor } from './actor';
import { listIdeas } from './board';
import { completeFeature } from './feature-completion';
import { deleteFeature } from './feature-trash';
import { createFeature, getFeature, listFeatures, updateFeature } from './features';
import { getIdea } from './ideas';
import { deleteIdea, restoreIdea } from './trash';

const section = (label: string, body = '') => ({ id: uuid(), label, body });

/** An idea with a member of each role. */
async function createSharedIdea() {
	const ada = await createPerson();
	const idea = await createIdeaFor(ada);
	const [editor, commenter, viewer] = [
		await createPerson(),
		await createPerson(),
		await createPerson()
	];
	await shareIdea(idea.id, editor, 'editor');
	await shareIdea(idea.id, commenter, 'commenter');
	await shareIdea(idea.id, viewer, 'viewer');
	return { ada, idea, editor, commenter, viewer };
}

const titles = async (actor: PersonalActor, ideaId: string) =>
	(await listFeatures(actor, { ideaId })).map(({ title }) => title);

describe('createFeature', () => {
	test('adds it at the end of the plan, whole', async () => {
		const ada = await createPerson();
		const idea = await createIdeaFor(ada);
		await createFeatureFor(ada, idea.id, { title: 'First' });
		const sections = [section('Why', 'Because.'), section('How')];

		const created = await createFeatureFor(ada, idea.id, {
			title: 'Second',
			notes: '# Plan\nTurn it.',
			sections,
			visibility: 'private',
			star: 'star'
		});

		expect(await getFeature(ada, { id: created.id })).toEqual(created);
		expect(created).toMatchObject({ sections, visibility: 'private', star: 'star', version: 1 });
		expect(await listFeatures(ada, { ideaId: idea.id })).toMatchObject([
			{ title: 'First', details: 0, excerpt: '' },
			{ title: 'Second', details: 2, excerpt: 'Plan' }
		]);
	});

	test('makes one of a repeated request, also when ten race', async () => {
		const ada = await createPerson();
		const idea = await createIdeaFor(ada);
		const clientKey = uuid();

		const made = await Promise.all(
			Array.from({ length: 10 }, () => createFeatureFor(ada, idea.id, { clientKey }))
		);

		expect(new Set(made.map(({ id }) => id)).size).toBe(1);
		expect(await db.feature.count({ where: { ideaId: idea.id } })).toBe(1);
	});

	test('gives a star instead of the fourth super-star, and says so', async () => {
		const ada = await createPerson();
		const idea = await createIdeaFor(ada);

		const made = await Promise.all(
			Array.from({ length: 5 }, () => createFeatureFor(ada, idea.id, { star: 'super' }))
		);

		expect(made.map(({ star }) => star).sort()).toEqual([
			'star',
			'star',
			'super',
			'super',
			'super'
		]);
		expect(made.filter(({ notice }) => notice === 'feature.superFullNew')).toHaveLength(2);
	});

	test('is for the owner and the editors', async () => {
		const { idea, editor, commenter, viewer } = await createSharedIdea();
		const stranger = await createPerson();

		await expect(createFeatureFor(editor, idea.id)).resolves.toMatchObject({ ideaId: idea.id });
		for (const reader of [commenter, viewer]) {
			await expect(createFeatureFor(reader, idea.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
		}
		await expect(createFeatureFor(stranger, idea.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});

	test('refuses an idea in the Trash', async () => {
		const ada = await createPerson();
		const idea = await createIdeaFor(ada);
		await deleteIdea(ada, idea);

		await expect(createFeatureFor(ada, idea.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});

	test('takes a thousand to an idea, those in the Trash included, however many race', async () => {
		const ada = await createPerson();
		const idea = await createIdeaFor(ada);
		await db.feature.createMany({
			data: Array.from({ length: LIMITS.featuresPerIdea - 2 }, (_, n) => ({
				ideaId: idea.id,
				clientKey: uuid(),
				title: `Part ${n}`,
				position: 'a0',
				...(n === 0 && { deletedAt: new Date(), undoExpiresAt: new Date() })
			}))
		});

		const made = await Promise.allSettled(
			Array.from({ length: 8 }, () => createFeatureFor(ada, idea.id))
		);

		expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
		const refused = made.find(({ status }) => status === 'rejected');
		expect(refused).toMatchObject({ reason: { cause: { reason: 'feature.quota' } } });
		expect(await db.feature.count({ where: { ideaId: idea.id } })).toBe(LIMITS.featuresPerIdea);
	});
});

describe('a private feature', () => {
	test('is seen by the owner and the editors, and by nobody else', async () => {
		const { ada, idea, editor, commenter, viewer } = await createSharedIdea();
		const open = await createFeatureFor(ada, idea.id, { title: 'For all' });
		const hidden = await createFeatureFor(ada, idea.id, { title: 'For us', visibility: 'private' });
		await completeFeature(ada, hidden);

		for (const person of [ada, editor]) {
			expect(await titles(person, idea.id)).toEqual(['For all', 'For us']);
			expect(await getFeature(person, hidden)).toMatchObject({ title: 'For us' });
			expect(await getIdea(person, idea)).toMatchObject({ done: 1, total: 2 });
			const { ideas } = await listIdeas(person, { sort: 'manual', filter: 'all' });
			expect(ideas).toMatchObject([{ done: 1, total: 2 }]);
		}
		for (const person of [commenter, viewer]) {
			expect(await titles(person, idea.id)).toEqual(['For all']);
			expect(await getFeature(person, open)).toMatchObject({ title: 'For all' });
			await expect(getFeature(person, hidden)).rejects.toMatchObject({ code: 'NOT_FOUND' });
			const update = { id: hidden.id, version: 1, title: 'Mine' };
			await expect(updateFeature(person, update)).rejects.toMatchObject({ code: 'NOT_FOUND' });
			expect(await getIdea(person, idea)).toMatchObject({ done: 0, total: 1 });
			const { ideas } = await listIdeas(person, { sort: 'manual', filter: 'all' });
			expect(ideas).toMatchObject([{ done: 0, total: 1 }]);
		}
	});
});

describe('updateFeature', () => {
	test('changes what is named, and version and time with it', async () => {
		const ada = await createPerson();
		const idea = await createIdeaFor(ada);
		const before = await createFeatureFor(ada, idea.id, { notes: 'Stays.', star: 'star' });
		const sections = [section('How', 'Slowly.')];

		const after = await updateFeature(ada, { id: before.id, version: 1, title: 'A cog', sections });

		expect(after).toEqual({
			...before,
			title: 'A cog',
			sections,
			version: 2,
			updatedAt: after.updatedAt
		});
		expect(after.updatedAt.valueOf()).toBeGreaterThan(before.updatedAt.valueOf());
		expect(await getFeature(ada, before)).toEqual(after);
	});

	test('lets one of twenty racing saves with one version win, and tells the others the version', async () => {
		const ada = await createPerson();
		const idea = await createIdeaFor(ada);
		const { id } = await createFeatureFor(ada, idea.id);

		const saves = await Promise.allSettled(
			Array.from({ length: 20 }, (_, n) => updateFeature(ada, { id, version: 1, title: `T${n}` }))
		);

		expect(saves.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		for (const save of saves.filter(({ status }) => status === 'rejected')) {
			expect(save).toMatchObject({
				reason: { code: 'CONFLICT', cause: { reason: 'feature.conflict', params: { version: 2 } } }
			});
		}
		expect(await getFeature(ada, { id })).toMatchObject({ version: 2 });
	});

	test('is for the owner and the editors', async () => {
		const { ada, idea, editor, viewer } = await createSharedIdea();
		const stranger = await createPerson();
		const { id } = await createFeatureFor(ada, idea.id);

		await expect(updateFeature(viewer, { id, version: 1, title: 'x' })).rejects.toMatchObject({
			code: 'FORBIDDEN'
		});
		await expect(updateFeature(stranger, { id, version: 1, title: 'x' })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
		await expect(updateFeature(editor, { id, version: 1, title: 'x' })).resolves.toMatchObject({
			version: 2
		});
	});

	test('refuses what is in the Trash', async () => {
		const ada = await createPerson();
		const idea = await createIdeaFor(ada);
		const { id } = await createFeatureFor(ada, idea.id);
		await deleteFeature(ada, { id });

		await expect(updateFeature(ada, { id, version: 1, title: 'x' })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
		await expect(getFeature(ada, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		expect(await titles(ada, idea.id)).toEqual([]);
	});
});

describe('the progress of an idea', () => {
	test('counts live features, done and in all, and an idea without any has none', async () => {
		const ada = await createPerson();
		const [idea, bare] = [await createIdeaFor(ada), await createIdeaFor(ada)];
		const made = await Promise.all([1, 2, 3, 4].map(() => createFeatureFor(ada, idea.id)));
		const [first, second, third] = made;
		for (const one of [first, second, third]) await completeFeature(ada, one ?? { id: '' });
		await deleteFeature(ada, third ?? { id: '' });

		const { ideas } = await listIdeas(ada, { sort: 'newest', filter: 'all' });

		expect(ideas).toMatchObject([
			{ id: bare.id, done: 0, total: 0 },
			{ id: idea.id, done: 2, total: 3 }
		]);
		expect(await getIdea(ada, idea)).toMatchObject({ done: 2, total: 3 });
	});

	test('comes with the idea and with the board in the statement that they take anyway', async () => {
		const ada = await createPerson();
		const idea = await createIdeaFor(ada);
		await createFeatureFor(ada, idea.id);

		expect(await countStatements(() => getIdea(ada, idea))).toBe(1);
		expect(await countStatements(() => listFeatures(ada, { ideaId: idea.id }))).toBe(1);
		const board = () => listIdeas(ada, { sort: 'manual', filter: 'all' });
		expect(await countStatements(board)).toBe(1);
	});
});

test('a feature goes with its idea, and comes back with it', async () => {
	const ada = await createPerson();
	const idea = await createIdeaFor(ada);
	const feature = await createFeature(ada, {
		ideaId: idea.id,
		clientKey: uuid(),
		title: 'A wheel',
		notes: '',
		sections: [section('Why')],
		visibility: 'private',
		star: 'super'
	});
	await deleteIdea(ada, idea);
	await expect(listFeatures(ada, { ideaId: idea.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
	await expect(getFeature(ada, feature)).rejects.toMatchObject({ code: 'NOT_FOUND' });

	await restoreIdea(ada, idea);

	expect(await getFeature(ada, feature)).toEqual(feature);
});
