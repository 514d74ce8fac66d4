import { describe, expect, test } from 'vitest';
import { createFeatureFor, createIdeaFor, createPerson } from '#tests/support/factories';
import { db } from '../db';
import { completeFeature } from './feature-completion';
import { deleteFeature, restoreFeature } from './feature-trash';
import { updateFeature } from './features';
import { getIdea, updateIdea } from './ideas';
import { starIdea } from './stars';
import { deleteIdea, restoreIdea } from './trash';
import { listTrash } from './trash-list';
import { purgeSelection, restoreSelection } from './trash-selection';
import { undo } from './undo';

type Ada = Awaited<ReturnType<typeof createPerson>>;

/** How many connections of this database wait for a lock. */
async function blocked(): Promise<number> {
	const [row] = await db.$queryRaw<{ count: number }[]>`
		SELECT count(*)::int AS count FROM pg_stat_activity
		WHERE datname = current_database() AND wait_event_type = 'Lock'`;
	return row?.count ?? 0;
}

/** A person with an idea and a feature of another idea in the Trash. */
async function someoneWhoThrewAway() {
	const ada = await createPerson();
	const [gone, live] = [await createIdeaFor(ada), await createIdeaFor(ada, { title: 'A kite' })];
	const feature = await createFeatureFor(ada, live.id, { title: 'Wings' });
	await deleteIdea(ada, { id: gone.id });
	await deleteFeature(ada, { id: feature.id });
	return { ada, live, selection: { ideas: [gone.id], features: [feature.id] } };
}

describe('restoreSelection', () => {
	test('brings ideas and features back, and one token sends them to where they lay', async () => {
		const { ada, selection } = await someoneWhoThrewAway();
		const before = await listTrash(ada, {});

		const { undoToken } = await restoreSelection(ada, selection);
		expect((await listTrash(ada, {})).things).toEqual([]);
		const undone = await undo(ada, { token: undoToken });

		expect(undone).toMatchObject({ kind: 'trash.restore', ideaIds: selection.ideas });
		const { things } = await listTrash(ada, {});
		expect(things.map(({ id, deletedAt }) => [id, deletedAt])).toEqual(
			before.things.map(({ id, deletedAt }) => [id, deletedAt])
		);
	});

	test('is taken back with all the time of the Trash, also when the old time has run out', async () => {
		const { ada, selection } = await someoneWhoThrewAway();
		const soon = new Date(Date.now() + 1_000);
		await db.idea.updateMany({
			where: { id: { in: selection.ideas } },
			data: { undoExpiresAt: soon }
		});
		const { undoToken } = await restoreSelection(ada, selection);

		await undo(ada, { token: undoToken });

		const { things } = await listTrash(ada, {});
		const sixDays = Date.now() + 6 * 86_400_000;
		expect(things).toHaveLength(2);
		for (const thing of things) expect(thing.undoExpiresAt.valueOf()).toBeGreaterThan(sixDays);
	});

	test.each<[string, (person: Ada, ids: { idea: string; feature: string }) => Promise<unknown>]>([
		['a new text', (ada, { idea }) => updateIdea(ada, { id: idea, version: 1, notes: 'New.' })],
		['a star', (ada, { idea }) => starIdea(ada, { id: idea, star: 'star' })],
		['a feature', (ada, { idea }) => createFeatureFor(ada, idea)],
		['a text', (ada, { feature }) => updateFeature(ada, { id: feature, version: 1, notes: 'N' })],
		['a check', (ada, { feature }) => completeFeature(ada, { id: feature })]
	])('is not taken back when one of them got %s since, and then goes none', async (_, change) => {
		const { ada, selection } = await someoneWhoThrewAway();
		const [idea = '', feature = ''] = [...selection.ideas, ...selection.features];
		const { undoToken } = await restoreSelection(ada, selection);
		await change(ada, { idea, feature });

		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });

		expect((await listTrash(ada, {})).things).toEqual([]);
	});

	test('waits for a text that is being saved, and is not taken back over it', async () => {
		const { ada, live, selection } = await someoneWhoThrewAway();
		const { undoToken } = await restoreSelection(ada, selection);
		const [feature = ''] = selection.features;
		let undone: Promise<unknown> = Promise.resolve();

		await db.$transaction(async (tx) => {
			const data = { notes: 'Being saved.', version: { increment: 1 } };
			await tx.feature.update({ where: { id: feature }, data });
			undone = undo(ada, { token: undoToken }).catch((cause: unknown) => cause);
			await expect.poll(() => blocked()).toBeGreaterThan(0);
		});

		expect(await undone).toMatchObject({ code: 'CONFLICT' });
		expect(await db.feature.count({ where: { ideaId: live.id, deletedAt: null } })).toBe(1);
	});

	test('can be taken back for one idea and for one feature alone', async () => {
		const { ada, selection } = await someoneWhoThrewAway();
		const [idea = '', feature = ''] = [...selection.ideas, ...selection.features];

		for (const restored of [
			await restoreIdea(ada, { id: idea }),
			await restoreFeature(ada, { id: feature })
		]) {
			expect((await undo(ada, { token: restored.undoToken })).kind).toBe('trash.restore');
		}

		expect((await listTrash(ada, {})).things.map(({ id }) => id)).toEqual([feature, idea]);
	});

	test('is not taken back when one of them is in the Trash again', async () => {
		const { ada, selection } = await someoneWhoThrewAway();
		const { undoToken } = await restoreSelection(ada, selection);
		await deleteFeature(ada, { id: selection.features[0] ?? '' });

		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });

		expect((await getIdea(ada, { id: selection.ideas[0] ?? '' })).role).toBe('owner');
	});

	test('takes features back together with the idea whose plan they are in', async () => {
		const { ada, live, selection } = await someoneWhoThrewAway();
		await deleteIdea(ada, { id: live.id });

		const { undoToken } = await restoreSelection(ada, {
			ideas: [live.id],
			features: selection.features
		});
		await undo(ada, { token: undoToken });

		const { things } = await listTrash(ada, {});
		expect(things.map(({ id }) => id)).toEqual([live.id, ...selection.ideas]);
	});

	test('does nothing when one of them is someone else’s', async () => {
		const { ada, selection } = await someoneWhoThrewAway();
		const other = await someoneWhoThrewAway();
		const ideas = [...selection.ideas, ...other.selection.ideas];

		await expect(restoreSelection(ada, { ideas, features: [] })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});

		expect((await listTrash(ada, {})).things).toHaveLength(2);
	});
});

describe('purgeSelection', () => {
	test('asks how many they are before it deletes them for good', async () => {
		const { ada, selection } = await someoneWhoThrewAway();

		await expect(purgeSelection(ada, { ...selection, count: 3 })).rejects.toMatchObject({
			code: 'BAD_REQUEST'
		});
		expect((await listTrash(ada, {})).things).toHaveLength(2);
		await purgeSelection(ada, { ...selection, count: 2 });

		expect((await listTrash(ada, {})).things).toEqual([]);
	});
});
