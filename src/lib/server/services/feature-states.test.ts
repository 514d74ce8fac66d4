import { describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import { createFeatureFor, createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { db } from '../db';
import type { Star } from '../prisma/client';
import { completeFeature, completeFeatures, reopenFeature } from './feature-completion';
import { starFeature, starFeatures } from './feature-stars';
import { deleteFeature } from './feature-trash';
import { getFeature, listFeatures, updateFeature } from './features';
import { deleteIdea } from './trash';
import { undo } from './undo';

/** An idea with a feature for each of these stars, in this order. */
async function createPlan(...stars: Star[]) {
	const ada = await createPerson();
	const { id: ideaId } = await createIdeaFor(ada);
	const ids: string[] = [];
	for (const star of stars) ids.push((await createFeatureFor(ada, ideaId, { star })).id);
	const stateOf = async () =>
		(await listFeatures(ada, { ideaId })).map(({ star, completedAt }) =>
			completedAt ? 'done' : star
		);
	const [first = '', second = ''] = ids;
	return { ada, ideaId, ids, first, second, stateOf };
}

const superStars = (ideaId: string) =>
	db.feature.count({ where: { ideaId, star: 'super', deletedAt: null } });

describe('starFeature', () => {
	test('sets the star, leaves version and time alone, and can be undone', async () => {
		const { ada, first } = await createPlan('none');
		const before = await getFeature(ada, { id: first });

		const { star, undoToken = '' } = await starFeature(ada, { id: first, star: 'super' });

		expect(star).toBe('super');
		expect(await getFeature(ada, { id: first })).toEqual({ ...before, star: 'super' });
		await expect(undo(ada, { token: undoToken })).resolves.toMatchObject({
			kind: 'feature.star',
			featureIds: [first],
			star: 'none'
		});
		expect(await getFeature(ada, { id: first })).toEqual(before);
	});

	test('skips super when the three are given, and says why', async () => {
		const { ada, ids } = await createPlan('super', 'super', 'super', 'star', 'none');
		const [, , , starred = '', bare = ''] = ids;

		expect(await starFeature(ada, { id: starred, star: 'super' })).toMatchObject({
			star: 'none',
			notice: 'feature.superFull'
		});
		expect(await starFeature(ada, { id: bare, star: 'super' })).toMatchObject({
			star: 'star',
			notice: 'feature.superFullStar'
		});
	});

	test('gives out three super-stars when fifty requests race for the last', async () => {
		const { ada, ideaId } = await createPlan('super', 'super');
		const { count } = await db.feature.createMany({
			data: Array.from({ length: 50 }, () => ({
				ideaId,
				clientKey: crypto.randomUUID(),
				title: 'x',
				position: 'a5'
			}))
		});
		const racing = await db.feature.findMany({ where: { ideaId, star: 'none' } });

		// On a busy machine some do not get a connection in time, and are refused for that.
		const answers = await Promise.allSettled(
			racing.map(({ id }) => starFeature(ada, { id, star: 'super' }))
		);

		expect(count).toBe(50);
		const given = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value.star] : []));
		expect(given.filter((star) => star === 'super')).toHaveLength(1);
		expect(await superStars(ideaId)).toBe(LIMITS.superStars);
	});

	test('says nothing to undo when nothing changed, also for the fourth that has none', async () => {
		const { ada, first } = await createPlan('star');

		expect(await starFeature(ada, { id: first, star: 'star' })).not.toHaveProperty('undoToken');
	});

	test('counts each idea for itself, and not what is done or in the Trash', async () => {
		const { ada, ids } = await createPlan('super', 'super', 'super', 'none', 'none', 'none');
		const [done = '', thrown = '', , fourth = '', fifth = '', sixth = ''] = ids;
		await completeFeature(ada, { id: done });
		await deleteFeature(ada, { id: thrown });

		for (const [id, star] of [
			[fourth, 'super'],
			[fifth, 'super'],
			[sixth, 'star']
		] as const) {
			expect(await starFeature(ada, { id, star: 'super' })).toMatchObject({ star });
		}
	});

	test('refuses what is done, but for taking away what it has not', async () => {
		const { ada, first } = await createPlan('star');
		await completeFeature(ada, { id: first });

		await expect(starFeature(ada, { id: first, star: 'star' })).rejects.toMatchObject({
			code: 'CONFLICT',
			cause: { reason: 'feature.done' }
		});
		await expect(starFeature(ada, { id: first, star: 'none' })).resolves.toMatchObject({
			star: 'none'
		});
	});
});

describe('completing a feature', () => {
	test('clears the star, and reopening gives it back', async () => {
		const { ada, first, stateOf } = await createPlan('super');

		const done = await completeFeature(ada, { id: first });

		expect(done).toMatchObject({ star: 'none', completedAt: expect.any(Date) });
		expect(await stateOf()).toEqual(['done']);
		expect(await reopenFeature(ada, { id: first })).toMatchObject({
			star: 'super',
			completedAt: null
		});
		expect(await stateOf()).toEqual(['super']);
	});

	test('twice keeps the first time, and reopening twice keeps the star', async () => {
		const { ada, first } = await createPlan('star');
		const done = await completeFeature(ada, { id: first });

		const again = await completeFeature(ada, { id: first });

		expect(again).toEqual({
			id: first,
			ideaId: done.ideaId,
			star: 'none',
			completedAt: done.completedAt
		});
		await reopenFeature(ada, { id: first });
		const reopened = await reopenFeature(ada, { id: first });
		expect(reopened).toEqual({ id: first, ideaId: done.ideaId, star: 'star', completedAt: null });
	});

	test('once when ten race, with one star put aside', async () => {
		const { ada, first } = await createPlan('super');

		const all = await Promise.all(
			Array.from({ length: 10 }, () => completeFeature(ada, { id: first }))
		);

		expect(all.filter(({ undoToken }) => undoToken)).toHaveLength(1);
		expect(await reopenFeature(ada, { id: first })).toMatchObject({ star: 'super' });
	});

	test('lets it come back with a star where its super-star was given away meanwhile', async () => {
		const { ada, ideaId, first } = await createPlan('super', 'super', 'super');
		await completeFeature(ada, { id: first });
		await createFeatureFor(ada, ideaId, { star: 'super' });

		expect(await reopenFeature(ada, { id: first })).toMatchObject({
			star: 'star',
			notice: 'feature.superFullStar'
		});
		expect(await superStars(ideaId)).toBe(LIMITS.superStars);
	});

	test('is undone with the star it had, and so is reopening with its time', async () => {
		const { ada, first, stateOf } = await createPlan('super');
		const completed = await completeFeature(ada, { id: first });
		await undo(ada, { token: completed.undoToken ?? '' });
		expect(await stateOf()).toEqual(['super']);

		const done = await completeFeature(ada, { id: first });
		const reopened = await reopenFeature(ada, { id: first });
		await undo(ada, { token: reopened.undoToken ?? '' });

		const row = await db.feature.findUniqueOrThrow({ where: { id: first } });
		expect(row).toMatchObject({
			completedAt: done.completedAt,
			star: 'none',
			starBeforeDone: 'super'
		});
	});

	test('is not undone once it was reopened, starred or thrown away, but is after a change of its words', async () => {
		const { ada, first, second, stateOf } = await createPlan('none', 'none');
		const one = await completeFeature(ada, { id: first });
		await reopenFeature(ada, { id: first });
		const two = await completeFeature(ada, { id: second });
		await updateFeature(ada, { id: second, version: 1, title: 'Other words' });

		await expect(undo(ada, { token: one.undoToken ?? '' })).rejects.toMatchObject({
			code: 'CONFLICT',
			cause: { reason: 'undo.changed' }
		});
		await undo(ada, { token: two.undoToken ?? '' });
		expect(await stateOf()).toEqual(['none', 'none']);

		const three = await completeFeature(ada, { id: second });
		await deleteFeature(ada, { id: second });
		await expect(undo(ada, { token: three.undoToken ?? '' })).rejects.toMatchObject({
			code: 'CONFLICT'
		});
	});
});

describe('several features at once', () => {
	test('are done together, and one undo takes all of it back', async () => {
		const { ada, ideaId, ids, second, stateOf } = await createPlan('super', 'none', 'star');
		await completeFeature(ada, { id: second });

		const { features, undoToken = '' } = await completeFeatures(ada, { ideaId, ids });

		expect(features.map(({ id }) => id)).toEqual(ids);
		expect(await stateOf()).toEqual(['done', 'done', 'done']);
		await expect(undo(ada, { token: undoToken })).resolves.toMatchObject({
			featureIds: [ids[0], ids[2]]
		});
		expect(await stateOf()).toEqual(['super', 'done', 'star']);
	});

	test('get the super-stars that are left in their order, and the others a star', async () => {
		const { ada, ideaId, ids, stateOf } = await createPlan('super', 'none', 'star', 'none', 'none');
		await completeFeature(ada, { id: ids[4] ?? '' });

		const answer = await starFeatures(ada, { ideaId, ids: ids.toReversed(), star: 'super' });

		expect(answer.notice).toBe('feature.superFullMany');
		expect(await stateOf()).toEqual(['super', 'super', 'super', 'star', 'done']);
		await undo(ada, { token: answer.undoToken ?? '' });
		expect(await stateOf()).toEqual(['super', 'none', 'star', 'none', 'done']);
	});

	test('are undone whole or not at all', async () => {
		const { ada, ideaId, ids, second, stateOf } = await createPlan('none', 'none');
		const { undoToken = '' } = await starFeatures(ada, { ideaId, ids, star: 'star' });
		await starFeature(ada, { id: second, star: 'none' });

		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });

		expect(await stateOf()).toEqual(['star', 'none']);
	});

	test('are refused when one of them is of another idea', async () => {
		const { ada, ideaId, ids, stateOf } = await createPlan('none');
		const other = await createIdeaFor(ada);
		const { id } = await createFeatureFor(ada, other.id);

		await expect(completeFeatures(ada, { ideaId, ids: [...ids, id] })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
		expect(await stateOf()).toEqual(['none']);
	});

	test('are a thousand at most in one statement, with one entry of the audit for each', async () => {
		const { ada, ideaId } = await createPlan();
		await db.feature.createMany({
			data: Array.from({ length: LIMITS.selected }, () => ({
				ideaId,
				clientKey: crypto.randomUUID(),
				title: 'x',
				position: 'a5'
			}))
		});
		const ids = (await db.feature.findMany({ where: { ideaId } })).map(({ id }) => id);

		const { undoToken = '' } = await completeFeatures(ada, { ideaId, ids });

		expect(await db.feature.count({ where: { ideaId, completedAt: { not: null } } })).toBe(1_000);
		const entries = { actorId: ada.userId, action: 'feature.complete' };
		expect(await db.auditEntry.count({ where: entries })).toBe(1_000);
		await undo(ada, { token: undoToken });
		expect(await db.feature.count({ where: { ideaId, completedAt: null } })).toBe(1_000);
	});
});

describe('states of features', () => {
	test('are changed by the owner and the editors, and hidden from whoever may not see them', async () => {
		const { ada, ideaId, first } = await createPlan('none');
		const hidden = await createFeatureFor(ada, ideaId, { visibility: 'private' });
		const [editor, viewer, stranger] = [
			await createPerson(),
			await createPerson(),
			await createPerson()
		];
		await shareIdea(ideaId, editor, 'editor');
		await shareIdea(ideaId, viewer, 'viewer');

		for (const act of [completeFeature, reopenFeature, deleteFeature]) {
			await expect(act(viewer, { id: first })).rejects.toMatchObject({ code: 'FORBIDDEN' });
			await expect(act(viewer, { id: hidden.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
			await expect(act(stranger, { id: first })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		}
		const { undoToken = '' } = await completeFeature(editor, { id: hidden.id });
		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		await db.ideaMember.deleteMany({ where: { ideaId, userId: editor.userId } });
		await expect(undo(editor, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });
	});

	test('stay as they are while the idea is in the Trash', async () => {
		const { ada, ideaId, first } = await createPlan('none');
		const { undoToken = '' } = await starFeature(ada, { id: first, star: 'star' });
		await deleteIdea(ada, { id: ideaId });

		await expect(completeFeature(ada, { id: first })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });
	});
});
