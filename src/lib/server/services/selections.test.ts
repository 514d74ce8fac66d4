import { describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import type { Star } from '$lib/ideas';
import { createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { db } from '../db';
import type { PersonalActor } from './actor';
import { archiveIdeas } from './archive';
import { listIdeas } from './board';
import { getUsage } from './profiles';
import { deleteIdeas, starIdeas } from './selections';
import { starIdea } from './stars';
import { deleteIdea, restoreIdea } from './trash';
import { undo } from './undo';

async function boardOf(...stars: Star[]) {
	const ada = await createPerson();
	const ids: string[] = [];
	for (const star of stars) ids.push((await createIdeaFor(ada, { star })).id);
	return { ada, ids };
}

async function starsOf(actor: PersonalActor, ids: string[]): Promise<(string | undefined)[]> {
	const { ideas } = await listIdeas(actor, { sort: 'manual', filter: 'all' });
	return ids.map((id) => ideas.find((idea) => idea.id === id)?.star);
}

describe('giving several ideas a star', () => {
	test('is one act with one way back', async () => {
		const { ada, ids } = await boardOf('none', 'star', 'super');

		const { undoToken } = await starIdeas(ada, { ids, star: 'star' });
		expect(await starsOf(ada, ids)).toEqual(['star', 'star', 'star']);
		await undo(ada, { token: undoToken ?? '' });

		expect(await starsOf(ada, ids)).toEqual(['none', 'star', 'super']);
	});

	test('gives super-stars as far as there are any, and says so', async () => {
		const { ada, ids } = await boardOf('super', 'super', 'none', 'none');
		const [, , ...others] = ids;

		const answer = await starIdeas(ada, { ids: others, star: 'super' });

		expect(answer.notice).toBe('star.superFullMany');
		const stars = await starsOf(ada, ids);
		expect(stars.filter((star) => star === 'super')).toHaveLength(LIMITS.superStars);
		expect(stars.filter((star) => star === 'star')).toHaveLength(1);
	});

	test('never gives more than three super-stars, however many ask at once', async () => {
		const { ada, ids } = await boardOf(...Array.from({ length: 12 }, () => 'none' as const));

		await Promise.all([
			...ids.map((id) => starIdeas(ada, { ids: [id], star: 'super' })),
			starIdeas(ada, { ids, star: 'super' }),
			...ids.map((id) => starIdea(ada, { id, star: 'super' }))
		]);

		const stars = await starsOf(ada, ids);
		expect(stars.filter((star) => star === 'super')).toHaveLength(LIMITS.superStars);
	});

	test('offers nothing to undo where nothing changed', async () => {
		const { ada, ids } = await boardOf('star', 'star');

		expect(await starIdeas(ada, { ids, star: 'star' })).not.toHaveProperty('undoToken');
	});

	test('cannot be undone once one of the stars has changed, and then undoes none', async () => {
		const { ada, ids } = await boardOf('none', 'none');
		const { undoToken } = await starIdeas(ada, { ids, star: 'star' });
		await starIdea(ada, { id: ids[0] ?? '', star: 'super' });

		await expect(undo(ada, { token: undoToken ?? '' })).rejects.toMatchObject({ code: 'CONFLICT' });

		expect(await starsOf(ada, ids)).toEqual(['super', 'star']);
	});

	test('brings super-stars back only as far as there is room', async () => {
		const { ada, ids } = await boardOf('super', 'super', 'super');
		const { undoToken } = await starIdeas(ada, { ids, star: 'none' });
		await createIdeaFor(ada, { star: 'super' });
		await createIdeaFor(ada, { star: 'super' });

		await undo(ada, { token: undoToken ?? '' });

		const stars = await starsOf(ada, ids);
		expect(stars.toSorted()).toEqual(['star', 'star', 'super']);
	});

	test('counts no super-star that lies in the archive, also when it is undone', async () => {
		const { ada, ids } = await boardOf('super', 'super', 'super');
		await archiveIdeas(ada, { ids });
		const { id } = await createIdeaFor(ada);

		const { stars } = await starIdeas(ada, { ids: [id], star: 'super' });
		const { undoToken } = await starIdeas(ada, { ids: [id], star: 'none' });
		await undo(ada, { token: undoToken ?? '' });

		expect(stars).toEqual([{ id, star: 'super' }]);
		expect(await starsOf(ada, [id])).toEqual(['super']);
		expect((await getUsage(ada)).superStars).toEqual({ used: 1, limit: LIMITS.superStars });
	});

	test('gives none where one is missing, and names it', async () => {
		const { ada, ids } = await boardOf('none', 'none');
		const bobs = await createIdeaFor(await createPerson());

		const starring = starIdeas(ada, { ids: [...ids, bobs.id], star: 'star' });

		await expect(starring).rejects.toMatchObject({
			code: 'NOT_FOUND',
			cause: { reason: 'idea.someNotFound', params: { count: 1, missing: bobs.id } }
		});
		expect(await starsOf(ada, ids)).toEqual(['none', 'none']);
	});
});

describe('moving several ideas to the Trash', () => {
	test('is one act with one way back', async () => {
		const { ada, ids } = await boardOf('super', 'none', 'star');
		const [, kept = ''] = ids;
		const gone = ids.filter((id) => id !== kept);

		const { undoToken } = await deleteIdeas(ada, { ids: gone });
		expect(await starsOf(ada, ids)).toEqual([undefined, 'none', undefined]);
		await undo(ada, { token: undoToken });

		expect(await starsOf(ada, ids)).toEqual(['super', 'none', 'star']);
	});

	test('takes as many as can be selected, and brings them back', async () => {
		const ada = await createPerson();
		await db.$executeRaw`
			WITH made AS (
				INSERT INTO ideas (id, owner_id, client_key, title)
				SELECT gen_random_uuid(), ${ada.userId}::uuid, gen_random_uuid(), 'Many'
				FROM generate_series(1, ${LIMITS.selected}) RETURNING id
			)
			INSERT INTO idea_members (idea_id, user_id, role, position)
			SELECT id, ${ada.userId}::uuid, 'owner', 'a' || row_number() OVER () FROM made`;
		const all = await db.idea.findMany({ where: { ownerId: ada.userId }, select: { id: true } });
		const live = () => db.idea.count({ where: { ownerId: ada.userId, deletedAt: null } });

		const { undoToken } = await deleteIdeas(ada, { ids: all.map(({ id }) => id) });
		expect(await live()).toBe(0);
		await undo(ada, { token: undoToken });

		expect(await live()).toBe(LIMITS.selected);
	});

	test('a second time, because the answer got lost, gives another way back', async () => {
		const { ada, ids } = await boardOf('none', 'none');
		await deleteIdeas(ada, { ids });

		const { undoToken } = await deleteIdeas(ada, { ids });
		await undo(ada, { token: undoToken });

		expect(await starsOf(ada, ids)).toEqual(['none', 'none']);
	});

	test('moves none when one is someone else’s, and names it', async () => {
		const { ada, ids } = await boardOf('none');
		const bob = await createPerson();
		const shared = await createIdeaFor(bob);
		await shareIdea(shared.id, ada, 'editor');

		await expect(deleteIdeas(ada, { ids: [...ids, shared.id] })).rejects.toMatchObject({
			code: 'FORBIDDEN',
			cause: { params: { count: 1, missing: shared.id } }
		});
		await expect(deleteIdeas(bob, { ids: [...ids, shared.id] })).rejects.toMatchObject({
			code: 'NOT_FOUND',
			cause: { params: { count: 1, missing: ids[0] } }
		});

		expect(await starsOf(ada, ids)).toEqual(['none']);
	});

	test('cannot be undone once one of them came back by itself, and then brings back none', async () => {
		const { ada, ids } = await boardOf('none', 'none');
		const [first = '', second = ''] = ids;
		const { undoToken } = await deleteIdeas(ada, { ids });
		await restoreIdea(ada, { id: first });
		await deleteIdea(ada, { id: first });

		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });

		expect(await starsOf(ada, [first, second])).toEqual([undefined, undefined]);
	});

	test('brings super-stars back only as far as there is room', async () => {
		const { ada, ids } = await boardOf('super', 'super', 'super');
		const { undoToken } = await deleteIdeas(ada, { ids });
		await createIdeaFor(ada, { star: 'super' });

		await undo(ada, { token: undoToken });

		const stars = await starsOf(ada, ids);
		expect(stars.toSorted()).toEqual(['star', 'super', 'super']);
	});
});
