import { describe, expect, test } from 'vitest';
import { v4 as uuid } from 'uuid';
import { LIMITS } from '$lib/limits';
import { db } from '$lib/server/db';
import { createIdeaFor, createPerson, newIdea, shareIdea } from '#tests/support/factories';
import { countStatements } from '#tests/support/statements';
import { listIdeas } from './board';
import { createIdea, getIdea, updateIdea } from './ideas';

const board = { sort: 'manual', filter: 'all' } as const;

describe('createIdea', () => {
	test('puts the new idea on top of the board', async () => {
		const ada = await createPerson();
		const first = await createIdeaFor(ada, { title: 'First' });

		const second = await createIdeaFor(ada, { title: 'Second' });

		const { ideas } = await listIdeas(ada, board);
		expect(ideas.map(({ id }) => id)).toEqual([second.id, first.id]);
	});

	test('makes one idea of ten requests with the same key', async () => {
		const ada = await createPerson();
		const input = newIdea();

		const created = await Promise.all(Array.from({ length: 10 }, () => createIdea(ada, input)));

		expect(new Set(created.map(({ id }) => id)).size).toBe(1);
		expect((await listIdeas(ada, board)).ideas).toHaveLength(1);
	});

	test('lets two people use the same key', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const clientKey = uuid();

		const [hers, his] = [
			await createIdeaFor(ada, { clientKey }),
			await createIdeaFor(bob, { clientKey })
		];

		expect(hers.id).not.toBe(his.id);
	});

	test('gives a fourth super-star as a star, also when ten requests race', async () => {
		const ada = await createPerson();

		const created = await Promise.all(
			Array.from({ length: 10 }, () => createIdeaFor(ada, { star: 'super' }))
		);

		expect(created.filter(({ star }) => star === 'super')).toHaveLength(LIMITS.superStars);
		expect(created.filter(({ star }) => star === 'star')).toHaveLength(10 - LIMITS.superStars);
		expect(created.filter(({ notice }) => notice === 'star.superFullNew')).toHaveLength(
			10 - LIMITS.superStars
		);
	});

	test('leaves a trace in the audit trail', async () => {
		const ada = await createPerson();

		const idea = await createIdeaFor(ada);

		const [entry] = await db.auditEntry.findMany({ where: { targetId: idea.id } });
		expect(entry).toMatchObject({
			action: 'idea.create',
			actorKind: 'person',
			actorId: ada.userId,
			requestId: ada.requestId
		});
	});
});

describe('updateIdea', () => {
	test('changes content, version and time', async () => {
		const ada = await createPerson();
		const idea = await createIdeaFor(ada);

		const updated = await updateIdea(ada, { id: idea.id, version: 1, title: 'Difference engine' });

		expect(updated).toMatchObject({ title: 'Difference engine', version: 2 });
		expect(updated.updatedAt.valueOf()).toBeGreaterThanOrEqual(idea.updatedAt.valueOf());
	});

	test('lets one of two saves with the same version happen', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);

		const saves = await Promise.allSettled(
			['Mine', 'Theirs'].map((title) => updateIdea(ada, { id, version: 1, title }))
		);

		expect(saves.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		expect(saves.find(({ status }) => status === 'rejected')).toMatchObject({
			reason: { code: 'CONFLICT', cause: { reason: 'idea.conflict', params: { version: 2 } } }
		});
		expect(await getIdea(ada, { id })).toMatchObject({ version: 2 });
	});

	test("refuses someone else's idea as if it did not exist", async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { id } = await createIdeaFor(ada);

		const save = updateIdea(bob, { id, version: 1, title: 'Stolen' });

		await expect(save).rejects.toMatchObject({ code: 'NOT_FOUND' });
		expect(await getIdea(ada, { id })).toMatchObject({ title: 'Analytical engine', version: 1 });
	});

	test('lets an editor change the text and a viewer nothing', async () => {
		const [ada, bob, eve] = [await createPerson(), await createPerson(), await createPerson()];
		const { id } = await createIdeaFor(ada);
		await shareIdea(id, bob, 'editor');
		await shareIdea(id, eve, 'viewer');

		const edited = await updateIdea(bob, { id, version: 1, notes: 'With punched cards.' });
		const refused = updateIdea(eve, { id, version: 2, notes: 'Nothing' });

		expect(edited).toMatchObject({ version: 2, role: 'editor' });
		await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' });
	});

	test('lets nobody but the owner publish', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { id } = await createIdeaFor(ada);
		await shareIdea(id, bob, 'editor');

		const refused = updateIdea(bob, { id, version: 1, visibility: 'public' });

		await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' });
		expect(await getIdea(ada, { id })).toMatchObject({ visibility: 'private' });
	});
});

describe('statements', () => {
	test('reading an idea is one, changing it seven with keeping what it said, making one seven', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);

		expect(await countStatements(() => getIdea(ada, { id }))).toBe(1);
		expect(await countStatements(() => updateIdea(ada, { id, version: 1, title: 'Counted' }))).toBe(
			7
		);
		expect(await countStatements(() => createIdeaFor(ada))).toBe(7);
	});
});
