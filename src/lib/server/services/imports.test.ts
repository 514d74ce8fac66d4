import { v4 as uuid } from 'uuid';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import { createIdeaFor, createPerson } from '#tests/support/factories';
import {
	createWorkspace,
	exportedAsJson,
	fileOf,
	fileOfOne,
	imported,
	sent,
	titlesOf,
	workOf
} from '#tests/support/transfer';
import { db } from '../db';
import { UNHURRIED } from './batches';
import { updateIdea } from './ideas';
import { confirmImport } from './import-confirm';
import { previewImport } from './import-preview';
import { cancelImport, purgeImports, refreshImport } from './imports';
import { starIdea } from './stars';
import { undo } from './undo';

describe('an import', () => {
	test('demotes the super-stars for which there is no room, and a second time changes nothing', async () => {
		const ada = await createPerson();
		const mine = await createIdeaFor(ada, { title: 'Mine', star: 'super' });
		const ideas = [1, 2, 3, 4].map((n) => ({
			idea: { title: `Idea ${n}`, star: 'super' },
			features: [1, 2, 3, 4].map((m) => ({ title: `Feature ${m}`, star: 'super' }))
		}));

		const { id } = await sent(ada, fileOf(ideas));
		expect(await previewImport(ada, { id })).toMatchObject({ demoted: 2 });
		await confirmImport(ada, { id });

		const stars = await db.ideaMember.findMany({
			where: { userId: ada.userId, star: 'super' },
			orderBy: { position: 'asc' },
			select: { idea: { select: { title: true } } }
		});
		expect(stars.map(({ idea }) => idea.title)).toEqual(['Idea 1', 'Idea 2', 'Mine']);
		expect(await db.feature.count({ where: { star: 'super' } })).toBe(12);
		expect(await imported(ada, fileOf(ideas))).toMatchObject({ created: 0, changed: 0 });
		await starIdea(ada, { id: mine.id, star: 'none' });
	});

	test('is taken back whole: new things go to the Trash, changed ones are as they were', async () => {
		const { ada, engine } = await createWorkspace();
		const before = await exportedAsJson(ada);
		const file = await exportedAsJson(ada);
		const machine = file.ideas[1];
		const wheel = machine?.features[0];
		if (!machine || !wheel) throw new Error('There are two ideas.');
		machine.idea.title = 'Renamed';
		machine.idea.star = 'none';
		machine.features.push({ ...wheel, id: uuid(), title: 'Added' });
		file.ideas.push({ idea: { ...machine.idea, id: uuid(), title: 'Brought' }, features: [] });
		const changed = JSON.stringify({ ...file, ideaCount: 3, featureCount: 3 });

		const { created, undoToken } = await imported(ada, changed);
		expect(created).toBe(2);
		await undo(ada, { token: undoToken });

		expect(workOf(await exportedAsJson(ada)).map(({ updatedAt: _, ...idea }) => idea)).toEqual(
			workOf(before).map(({ updatedAt: _, ...idea }) => idea)
		);
		expect(await db.idea.count({ where: { ownerId: ada.userId, deletedAt: { not: null } } })).toBe(
			1
		);
		expect(await db.feature.count({ where: { ideaId: engine.id, deletedAt: { not: null } } })).toBe(
			1
		);
		// What was put back counts as changed here since the file was made, so it waits for a decision.
		expect(await imported(ada, changed)).toMatchObject({ created: 1, changed: 0 });
	});

	test('is not taken back once something of it was changed, and then nothing is done', async () => {
		const ada = await createPerson();
		const { undoToken } = await imported(
			ada,
			fileOf([{ idea: { title: 'A' } }, { idea: { title: 'B' } }])
		);
		const { id } = await db.idea.findFirstOrThrow({ where: { ownerId: ada.userId, title: 'B' } });
		await updateIdea(ada, { id, version: 1, title: 'Mine now' });

		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });

		expect(await titlesOf(ada)).toEqual(['A', 'Mine now']);
	});

	test('is one at a time, can be asked for again once it is done, and ends with the answer', async () => {
		const ada = await createPerson();
		const { id } = await sent(ada, fileOfOne({ title: 'A' }));

		const results = await Promise.allSettled([1, 2, 3].map(() => confirmImport(ada, { id })));

		expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
		expect(await confirmImport(ada, { id })).toMatchObject({ created: 1, changed: 0 });
		expect(await titlesOf(ada)).toEqual(['A']);
	});

	test('that is cancelled leaves nothing', async () => {
		const ada = await createPerson();
		const { id } = await sent(ada, fileOfOne({ title: 'A' }));

		await cancelImport(ada, { id });

		await expect(confirmImport(ada, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		expect(await titlesOf(ada)).toEqual([]);
	});

	test('is somebody’s own', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { id } = await sent(ada, fileOfOne({ title: 'A' }));

		for (const act of [confirmImport, previewImport, cancelImport, refreshImport]) {
			await expect(act(bob, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		}
	});

	test('is refused when there would be more ideas than there can be', async () => {
		const ada = await createPerson();
		await db.$executeRaw`
			INSERT INTO ideas (id, owner_id, client_key, title)
			SELECT gen_random_uuid(), ${ada.userId}::uuid, gen_random_uuid(), 'Idea'
			FROM generate_series(1, ${LIMITS.ideasPerPerson}::int)`;
		const { id } = await sent(ada, fileOfOne({ title: 'One more' }));

		await expect(confirmImport(ada, { id })).rejects.toMatchObject({
			cause: { reason: 'import.ideaQuota' }
		});
		expect((await previewImport(ada, { id })).over).toBe(1);
	});

	test('is forgotten after a day, and what it did after a week', async () => {
		const ada = await createPerson();
		await imported(ada, fileOfOne({ title: 'A' }));
		await sent(ada, fileOfOne({ title: 'B' }));
		const ageBy = (days: number) =>
			db.import.updateMany({ data: { updatedAt: new Date(Date.now() - days * 86_400_000) } });
		await ageBy(2);

		await purgeImports(UNHURRIED);

		expect(await db.importItem.count()).toBe(0);
		expect(
			await db.import.findMany({ where: { userId: ada.userId }, select: { state: true } })
		).toEqual([{ state: 'done' }]);
		await ageBy(8);
		await purgeImports(UNHURRIED);
		expect([await db.import.count(), await db.importChange.count()]).toEqual([0, 0]);
	});
});
