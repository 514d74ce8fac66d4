import { describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import { createFeatureFor, createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { countStatements } from '#tests/support/statements';
import { db } from '../db';
import { purgeSoftDeletes } from '../tasks/purge-soft-deletes';
import type { PersonalActor } from './actor';
import { UNHURRIED } from './batches';
import { deleteFeature, deleteFeatures, purgeFeature, restoreFeature } from './feature-trash';
import { getFeature, listFeatures } from './features';
import { getIdea } from './ideas';
import { deleteIdea } from './trash';
import { listTrash } from './trash-list';
import { purgeSelection, restoreSelection } from './trash-selection';
import { undo } from './undo';

const clock = { kind: 'system', task: 'purge-soft-deletes', requestId: 'test' } as const;

/** Lets the time of a feature in the Trash run out. */
const expire = (id: string) =>
	db.feature.update({ where: { id }, data: { undoExpiresAt: new Date(Date.now() - 1_000) } });

const titlesOf = async (actor: PersonalActor, ideaId: string) =>
	(await listFeatures(actor, { ideaId })).map(({ title }) => title);

const trashOf = async (actor: PersonalActor) =>
	(await listTrash(actor, {})).things.map(({ title }) => title);

/** An idea with these features. */
async function createPlan(...titles: string[]) {
	const ada = await createPerson();
	const { id: ideaId } = await createIdeaFor(ada, { title: 'Engine' });
	const features = [];
	for (const title of titles) features.push(await createFeatureFor(ada, ideaId, { title }));
	return { ada, ideaId, features, ids: features.map(({ id }) => id) };
}

describe('deleting a feature', () => {
	test('moves it to the Trash for seven days, and undo brings it back to its place', async () => {
		const { ada, ideaId, ids } = await createPlan('First', 'Second', 'Third');
		const [, id = ''] = ids;
		const before = await getFeature(ada, { id });

		const deleted = await deleteFeature(ada, { id });

		expect(deleted).toMatchObject({ id, ideaId, title: 'Second' });
		expect(await titlesOf(ada, ideaId)).toEqual(['First', 'Third']);
		expect((await listTrash(ada, {})).things).toMatchObject([
			{
				kind: 'feature',
				id,
				title: 'Second',
				undoExpiresAt: deleted.undoExpiresAt,
				idea: { id: ideaId, title: 'Engine' }
			}
		]);
		const days = (deleted.undoExpiresAt.valueOf() - Date.now()) / 86_400_000;
		expect(days).toBeGreaterThan(6.99);
		expect(days).toBeLessThanOrEqual(7);
		await undo(ada, { token: deleted.undoToken });
		expect(await getFeature(ada, { id })).toEqual(before);
		expect(await titlesOf(ada, ideaId)).toEqual(['First', 'Second', 'Third']);
	});

	test('twice, as after a lost answer, gives another token and keeps the time', async () => {
		const { ada, ids } = await createPlan('First');
		const [id = ''] = ids;
		const first = await deleteFeature(ada, { id });

		const second = await deleteFeature(ada, { id });

		expect(second.undoExpiresAt).toEqual(first.undoExpiresAt);
		await undo(ada, { token: second.undoToken });
		expect(await getFeature(ada, { id })).toMatchObject({ id });
		await expect(undo(ada, { token: first.undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });
	});

	test('of several has one undo, whole or not at all', async () => {
		const { ada, ideaId, ids } = await createPlan('First', 'Second', 'Third');
		const selected = ids.slice(0, 2);
		const deleted = await deleteFeatures(ada, { ideaId, ids: selected });
		expect(deleted.features.map(({ title }) => title)).toEqual(['First', 'Second']);

		await restoreFeature(ada, { id: ids[0] ?? '' });
		await expect(undo(ada, { token: deleted.undoToken })).rejects.toMatchObject({
			code: 'CONFLICT'
		});
		expect(await titlesOf(ada, ideaId)).toEqual(['First', 'Third']);

		const again = await deleteFeatures(ada, { ideaId, ids: selected });
		await undo(ada, { token: again.undoToken });
		expect(await titlesOf(ada, ideaId)).toEqual(['First', 'Second', 'Third']);
	});

	test('of several is refused when one is not there, and deletes none', async () => {
		const { ada, ideaId, ids } = await createPlan('First');
		const other = await createPlan('Not hers');

		await expect(
			deleteFeatures(ada, { ideaId, ids: [...ids, ...other.ids] })
		).rejects.toMatchObject({ code: 'NOT_FOUND' });
		expect(await titlesOf(ada, ideaId)).toEqual(['First']);
	});
});

describe('restoring a feature', () => {
	test('demotes a super-star where three are given, also when ten come back at once', async () => {
		const { ada, ideaId } = await createPlan();
		const thrown: string[] = [];
		for (let n = 0; n < 10; n += 1) {
			const { id } = await createFeatureFor(ada, ideaId, { star: 'super' });
			await deleteFeature(ada, { id });
			thrown.push(id);
		}
		await createFeatureFor(ada, ideaId, { star: 'super' });

		const restored = await Promise.all(thrown.map((id) => restoreFeature(ada, { id })));

		expect(restored.filter(({ star }) => star === 'super')).toHaveLength(2);
		expect(restored.filter(({ star }) => star === 'star')).toHaveLength(8);
		const given = await db.feature.count({ where: { ideaId, star: 'super', deletedAt: null } });
		expect(given).toBe(LIMITS.superStars);
	});

	test('is refused when its time ran out, when it is not in the Trash, and to others', async () => {
		const { ada, ideaId, ids } = await createPlan('First', 'Second');
		const [late = '', live = ''] = ids;
		const [viewer, stranger] = [await createPerson(), await createPerson()];
		await shareIdea(ideaId, viewer, 'viewer');
		await deleteFeature(ada, { id: late });

		for (const person of [viewer, stranger]) {
			await expect(restoreFeature(person, { id: late })).rejects.toMatchObject({
				code: 'NOT_FOUND'
			});
		}
		await expire(late);
		for (const id of [late, live]) {
			await expect(restoreFeature(ada, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		}
	});
});

describe('deleting a feature for good', () => {
	test('takes the title as it stands', async () => {
		const { ada, ids } = await createPlan('Größe');
		const [id = ''] = ids;
		await deleteFeature(ada, { id });

		await expect(purgeFeature(ada, { id, title: 'Grosse' })).rejects.toMatchObject({
			code: 'BAD_REQUEST',
			cause: { reason: 'feature.titleMismatch', fields: { title: expect.any(Array) } }
		});
		await purgeFeature(ada, { id, title: ' Gro\u0308ße ' });

		expect(await db.feature.count({ where: { id } })).toBe(0);
	});

	test('is for the owner of the idea: an editor sees it in the Trash and can bring it back', async () => {
		const { ada, ideaId, ids } = await createPlan('First');
		const [id = ''] = ids;
		const bob = await createPerson();
		await shareIdea(ideaId, bob, 'editor');
		await deleteFeature(bob, { id });
		const canPurge = async (person: PersonalActor) =>
			(await listTrash(person, {})).things.map((thing) => thing.canPurge);

		const forbidden = { code: 'FORBIDDEN', cause: { reason: 'trash.ownerOnly' } };
		await expect(purgeFeature(bob, { id, title: 'First' })).rejects.toMatchObject(forbidden);
		await expect(
			purgeSelection(bob, { ideas: [], features: [id], count: 1 })
		).rejects.toMatchObject(forbidden);

		expect([await canPurge(ada), await canPurge(bob)]).toEqual([[true], [false]]);
		expect(await restoreFeature(bob, { id })).toMatchObject({ id, ideaId });
	});

	test('is refused for what is not in the Trash, and to others', async () => {
		const { ada, ids } = await createPlan('First');
		const [id = ''] = ids;
		await expect(purgeFeature(ada, { id, title: 'First' })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
		await deleteFeature(ada, { id });

		const bob = await createPerson();
		await expect(purgeFeature(bob, { id, title: 'First' })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
	});
});

describe('the Trash', () => {
	test('has ideas and features together, the latest first, page by page without loss', async () => {
		const { ada, ideaId } = await createPlan();
		const at = new Date(Date.now() - 60_000);
		const undoExpiresAt = new Date(Date.now() + 60_000);
		const made: { id: string; deletedAt: Date }[] = [];
		for (let n = 0; n < LIMITS.pageSize + 30; n += 1) {
			// Every three share a time, so that pages end between equal ones.
			const deletedAt = new Date(at.valueOf() + Math.floor(n / 3) * 1_000);
			const common = { clientKey: crypto.randomUUID(), title: 'x', deletedAt, undoExpiresAt };
			const { id } =
				n % 2 === 0
					? await db.feature.create({ data: { ...common, ideaId, position: 'a0' } })
					: await db.idea.create({ data: { ...common, ownerId: ada.userId } });
			made.push({ id, deletedAt });
		}

		const first = await listTrash(ada, {});
		const second = await listTrash(ada, { cursor: first.nextCursor });

		const expected = made.toSorted(
			(a, b) => b.deletedAt.valueOf() - a.deletedAt.valueOf() || (a.id < b.id ? 1 : -1)
		);
		expect(first.things).toHaveLength(LIMITS.pageSize);
		expect(second.nextCursor).toBeUndefined();
		expect([...first.things, ...second.things].map(({ id }) => id)).toEqual(
			expected.map(({ id }) => id)
		);
		expect(await countStatements(() => listTrash(ada, {}))).toBe(1);
	});

	test('shows features to those who may change them, while their idea is live', async () => {
		const { ada, ideaId, ids } = await createPlan('First');
		const people = { editor: await createPerson(), commenter: await createPerson() };
		await shareIdea(ideaId, people.editor, 'editor');
		await shareIdea(ideaId, people.commenter, 'commenter');
		await deleteFeature(ada, { id: ids[0] ?? '' });

		expect(await trashOf(people.editor)).toEqual(['First']);
		expect(await trashOf(people.commenter)).toEqual([]);
		expect(await trashOf(await createPerson())).toEqual([]);
		await deleteIdea(ada, { id: ideaId });
		expect(await trashOf(ada)).toEqual(['Engine']);
		expect(await trashOf(people.editor)).toEqual([]);
	});

	test('gives back ideas and features together, each within its stars', async () => {
		const { ada, ideaId } = await createPlan();
		const ideas: string[] = [];
		const features: string[] = [];
		for (let n = 0; n < 5; n += 1) {
			const idea = await createIdeaFor(ada, { star: 'super' });
			await createFeatureFor(ada, idea.id, { title: 'Comes along' });
			await deleteIdea(ada, idea);
			ideas.push(idea.id);
			const feature = await createFeatureFor(ada, ideaId, { star: 'super' });
			await deleteFeature(ada, feature);
			features.push(feature.id);
		}

		const restored = await restoreSelection(ada, { ideas, features });

		const stars = (of: { star: string }[]) => of.map(({ star }) => star).sort();
		const three = ['star', 'star', 'super', 'super', 'super'];
		expect(stars(restored.ideas)).toEqual(three);
		expect(stars(restored.features)).toEqual(three);
		expect(await trashOf(ada)).toEqual([]);
		for (const id of ideas) {
			expect(await getIdea(ada, { id })).toMatchObject({ total: 1 });
			expect(await titlesOf(ada, id)).toEqual(['Comes along']);
		}
	});

	test('gives back all or none', async () => {
		const { ada, ideaId, ids } = await createPlan('First', 'Second');
		const [first = '', second = ''] = ids;
		const idea = await createIdeaFor(ada, { title: 'Loom', star: 'super' });
		await deleteIdea(ada, idea);
		await deleteFeature(ada, { id: first });

		await expect(
			restoreSelection(ada, { ideas: [idea.id], features: [first, second] })
		).rejects.toMatchObject({ code: 'NOT_FOUND', cause: { reason: 'trash.gone' } });

		expect(await trashOf(ada)).toEqual(['First', 'Loom']);
		expect(await titlesOf(ada, ideaId)).toEqual(['Second']);
	});

	test('deletes several for good once their number is typed, all or none', async () => {
		const { ada, ids } = await createPlan('First', 'Second');
		const [first = '', second = ''] = ids;
		const idea = await createIdeaFor(ada, { title: 'Loom' });
		await deleteIdea(ada, idea);
		await deleteFeature(ada, { id: first });
		const selection = { ideas: [idea.id], features: [first] };

		await expect(purgeSelection(ada, { ...selection, count: 3 })).rejects.toMatchObject({
			code: 'BAD_REQUEST',
			cause: { reason: 'trash.countMismatch', fields: { count: expect.any(Array) } }
		});
		await expect(
			purgeSelection(ada, { ideas: [idea.id], features: [first, second], count: 3 })
		).rejects.toMatchObject({ code: 'NOT_FOUND' });
		const bob = await createPerson();
		await expect(purgeSelection(bob, { ...selection, count: 2 })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
		expect(await trashOf(ada)).toEqual(['First', 'Loom']);

		await purgeSelection(ada, { ...selection, count: 2 });

		expect(await trashOf(ada)).toEqual([]);
		expect(await db.feature.count({ where: { id: first } })).toBe(0);
		const trail = await db.auditEntry.findMany({
			where: { targetId: { in: [idea.id, first] }, action: { endsWith: '.purge' } }
		});
		expect(trail.map(({ action }) => action).sort()).toEqual(['feature.purge', 'idea.purge']);
	});
});

test('the purge takes features whose time ran out, and leaves live, recent and restored ones', async () => {
	const { ada, ideaId, ids } = await createPlan('Live', 'Recent', 'Restored', 'Old');
	const [, recent = '', restored = '', old = ''] = ids;
	for (const id of [recent, restored, old]) await deleteFeature(ada, { id });
	await restoreFeature(ada, { id: restored });
	await expire(old);

	await purgeSoftDeletes(clock, UNHURRIED);

	expect(await db.feature.count({ where: { ideaId } })).toBe(3);
	expect(await titlesOf(ada, ideaId)).toEqual(['Live', 'Restored']);
	expect(await trashOf(ada)).toEqual(['Recent']);
	const [entry] = await db.auditEntry.findMany({ where: { targetId: old, actorKind: 'system' } });
	expect(entry).toMatchObject({ action: 'feature.purge', actorId: 'purge-soft-deletes' });
});
