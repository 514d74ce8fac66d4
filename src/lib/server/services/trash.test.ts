import { describe, expect, test } from 'vitest';
import { db } from '$lib/server/db';
import { purgeSoftDeletes } from '$lib/server/tasks/purge-soft-deletes';
import { createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { UNHURRIED } from './batches';
import { listIdeas } from './board';
import { getIdea, updateIdea } from './ideas';
import { starIdea } from './stars';
import { deleteIdea, purgeIdea, restoreIdea } from './trash';
import { listTrash } from './trash-list';
import { undo } from './undo';

const clock = { kind: 'system', task: 'purge-soft-deletes', requestId: 'test' } as const;

/** Lets the time of an idea in the Trash run out. */
const expire = (id: string) =>
	db.idea.update({ where: { id }, data: { undoExpiresAt: new Date(Date.now() - 1_000) } });

describe('deleteIdea', () => {
	test('moves the idea from the board to the Trash for seven days', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);

		const { undoExpiresAt } = await deleteIdea(ada, { id });

		expect((await listIdeas(ada, { sort: 'manual', filter: 'all' })).ideas).toEqual([]);
		expect((await listTrash(ada, {})).things).toMatchObject([{ id, undoExpiresAt }]);
		const days = (undoExpiresAt.valueOf() - Date.now()) / 86_400_000;
		expect(days).toBeGreaterThan(6.99);
		expect(days).toBeLessThanOrEqual(7);
	});

	test("refuses someone else's idea as if it did not exist, and a member as not the owner", async () => {
		const [ada, bob, eve] = [await createPerson(), await createPerson(), await createPerson()];
		const { id } = await createIdeaFor(ada);
		await shareIdea(id, eve, 'editor');

		await expect(deleteIdea(bob, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		await expect(deleteIdea(eve, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
		expect(await getIdea(ada, { id })).toMatchObject({ id });
	});

	test('done twice, as after a lost answer, gives another token and keeps the time', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		const first = await deleteIdea(ada, { id });

		const second = await deleteIdea(ada, { id });

		expect(second.undoExpiresAt).toEqual(first.undoExpiresAt);
		await undo(ada, { token: second.undoToken });
		expect(await getIdea(ada, { id })).toMatchObject({ id });
	});
});

describe('undo', () => {
	test('brings a deleted idea back with everything it had', async () => {
		const ada = await createPerson();
		const before = await createIdeaFor(ada, { star: 'super', notes: 'All of it.' });
		const { undoToken } = await deleteIdea(ada, { id: before.id });

		await undo(ada, { token: undoToken });

		expect(await getIdea(ada, { id: before.id })).toEqual(before);
	});

	test('works once, also when ten requests race', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		const { undoToken: token } = await deleteIdea(ada, { id });

		const undone = await Promise.allSettled(Array.from({ length: 10 }, () => undo(ada, { token })));

		expect(undone.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
	});

	test('is nobody else’s', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { id } = await createIdeaFor(ada);
		const { undoToken } = await deleteIdea(ada, { id });

		await expect(undo(bob, { token: undoToken })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		expect((await listTrash(ada, {})).things).toHaveLength(1);
	});

	test('of an earlier deletion does not take back a later one', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		const { undoToken } = await deleteIdea(ada, { id });
		await restoreIdea(ada, { id });
		await deleteIdea(ada, { id });

		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });
		expect((await listTrash(ada, {})).things).toHaveLength(1);
	});

	test('ends after its time', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		const { undoToken } = await deleteIdea(ada, { id });
		await db.undoAction.updateMany({ data: { expiresAt: new Date(Date.now() - 1_000) } });

		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});

	test('puts a star back, and is refused when it has changed again', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		const starred = await starIdea(ada, { id, star: 'star' });
		const again = await starIdea(ada, { id, star: 'super' });

		await expect(undo(ada, { token: starred.undoToken ?? '' })).rejects.toMatchObject({
			code: 'CONFLICT'
		});
		await undo(ada, { token: again.undoToken ?? '' });

		expect(await getIdea(ada, { id })).toMatchObject({ star: 'star' });
	});
});

describe('restoreIdea', () => {
	test('demotes a super-star that has no room any more', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada, { star: 'super' });
		await deleteIdea(ada, { id });
		for (let i = 0; i < 3; i += 1) await createIdeaFor(ada, { star: 'super' });

		await restoreIdea(ada, { id });

		expect(await getIdea(ada, { id })).toMatchObject({ star: 'star' });
	});

	test('never leaves more than three super-stars when restores race', async () => {
		const ada = await createPerson();
		const ids: string[] = [];
		for (let i = 0; i < 6; i += 1) {
			const { id } = await createIdeaFor(ada, { star: 'super' });
			await deleteIdea(ada, { id });
			ids.push(id);
		}

		await Promise.all(ids.map((id) => restoreIdea(ada, { id })));

		const { counts } = await listIdeas(ada, { sort: 'manual', filter: 'all' });
		expect(counts).toEqual({ super: 3, star: 3, none: 0 });
	});

	test("refuses someone else's idea, and one that is not in the Trash", async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { id } = await createIdeaFor(ada);

		await expect(restoreIdea(ada, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		await deleteIdea(ada, { id });
		await expect(restoreIdea(bob, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});
});

describe('purgeIdea', () => {
	test('deletes for good when the title is typed', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada, { title: 'Old engine' });
		await deleteIdea(ada, { id });

		await expect(purgeIdea(ada, { id, title: 'old' })).rejects.toMatchObject({
			code: 'BAD_REQUEST',
			cause: { fields: { title: [expect.any(String)] } }
		});
		await purgeIdea(ada, { id, title: 'Old engine' });

		expect(await db.idea.count({ where: { id } })).toBe(0);
		expect(await db.ideaMember.count({ where: { ideaId: id } })).toBe(0);
	});

	test('leaves a live idea alone', async () => {
		const ada = await createPerson();
		const { id, title } = await createIdeaFor(ada);

		await expect(purgeIdea(ada, { id, title })).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});
});

describe('purgeSoftDeletes', () => {
	test('deletes what ran out with its members, and keeps live, recent and restored ideas', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const [live, recent, gone, restored] = [
			await createIdeaFor(ada, { title: 'Live' }),
			await createIdeaFor(ada, { title: 'Recent' }),
			await createIdeaFor(ada, { title: 'Gone' }),
			await createIdeaFor(ada, { title: 'Restored' })
		];
		await shareIdea(gone.id, bob, 'editor');
		for (const { id } of [recent, gone, restored]) await deleteIdea(ada, { id });
		await restoreIdea(ada, { id: restored.id });
		await expire(gone.id);

		const { deleted, counts } = await purgeSoftDeletes(clock, UNHURRIED);

		expect({ deleted, counts }).toEqual({ deleted: 1, counts: { ideas: 1, features: 0 } });
		const left = await db.idea.findMany({ where: { ownerId: ada.userId } });
		expect(left.map(({ id }) => id).sort()).toEqual([live.id, recent.id, restored.id].sort());
		expect(await db.ideaMember.count({ where: { ideaId: gone.id } })).toBe(0);
	});

	test('counts each idea once when two run at the same time', async () => {
		const ada = await createPerson();
		for (let i = 0; i < 20; i += 1) {
			const { id } = await createIdeaFor(ada);
			await deleteIdea(ada, { id });
			await expire(id);
		}

		const runs = await Promise.all([
			purgeSoftDeletes(clock, UNHURRIED),
			purgeSoftDeletes(clock, UNHURRIED)
		]);

		expect(runs.reduce((sum, { deleted }) => sum + deleted, 0)).toBe(20);
	});

	test('an expired idea can neither be restored nor seen', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		const { undoToken } = await deleteIdea(ada, { id });
		await expire(id);

		expect((await listTrash(ada, {})).things).toEqual([]);
		await expect(restoreIdea(ada, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });
	});
});

describe('an idea in the Trash', () => {
	test('can be neither read nor changed nor starred', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		await deleteIdea(ada, { id });

		await expect(getIdea(ada, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		await expect(updateIdea(ada, { id, version: 1, title: 'No' })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
		await expect(starIdea(ada, { id, star: 'star' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});
});
