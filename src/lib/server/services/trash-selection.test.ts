import { describe, expect, test } from 'vitest';
import { createFeatureFor, createIdeaFor, createPerson } from '#tests/support/factories';
import { deleteFeature } from './feature-trash';
import { getIdea } from './ideas';
import { deleteIdea } from './trash';
import { listTrash } from './trash-list';
import { purgeSelection, restoreSelection } from './trash-selection';
import { undo } from './undo';

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
	test('brings ideas and features back, and one token sends them into the Trash with the time they had', async () => {
		const { ada, selection } = await someoneWhoThrewAway();
		const before = await listTrash(ada, {});

		const { undoToken } = await restoreSelection(ada, selection);
		expect((await listTrash(ada, {})).things).toEqual([]);
		const undone = await undo(ada, { token: undoToken });

		expect(undone).toMatchObject({ kind: 'trash.restore', ideaIds: selection.ideas });
		expect(await listTrash(ada, {})).toEqual(before);
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
