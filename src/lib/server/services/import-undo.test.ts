import { describe, expect, test } from 'vitest';
import { createFeatureFor, createIdeaFor, createPerson } from '#tests/support/factories';
import { held, someoneWaits } from '#tests/support/held-transactions';
import { fileOfOne, imported, sent } from '#tests/support/transfer';
import { db } from '../db';
import { archiveIdeas } from './archive';
import { completeFeature } from './feature-completion';
import { confirmImport } from './import-confirm';
import { isFree } from './import-lock';
import { chooseImport } from './imports';
import { getRevision, listRevisions } from './revisions';
import { starIdea } from './stars';
import { setTags } from './tags';
import { undo } from './undo';

/** Someone's idea with a feature, both of which an import has changed. */
async function createChanged() {
	const ada = await createPerson();
	const kite = await createIdeaFor(ada, { title: 'Kite', notes: 'Before.' });
	const string = await createFeatureFor(ada, kite.id, { title: 'String', notes: 'Before.' });
	const file = fileOfOne({ id: kite.id, title: 'Kite', notes: 'Imported.' }, [
		{ id: string.id, title: 'String', notes: 'Imported.' }
	]);
	const { id } = await sent(ada, file);
	await chooseImport(ada, { id, choice: 'update' });
	return { ada, kite, string, id, ...(await confirmImport(ada, { id })) };
}

describe('undoing an import', () => {
	test.each(['ideas', 'features'] as const)(
		'waits for a change of %s that is under way, and then takes nothing back',
		async (table) => {
			const { ada, kite, string, undoToken } = await createChanged();
			const data = { notes: 'Typed.', version: { increment: 1 } };
			const end = await held((tx) =>
				table === 'ideas'
					? tx.idea.update({ where: { id: kite.id }, data })
					: tx.feature.update({ where: { id: string.id }, data })
			);

			const undone = undo(ada, { token: undoToken }).then(
				() => 'undone',
				() => 'refused'
			);
			await someoneWaits();
			await end();

			expect(await undone).toBe('refused');
			const row =
				table === 'ideas'
					? await db.idea.findUniqueOrThrow({ where: { id: kite.id } })
					: await db.feature.findUniqueOrThrow({ where: { id: string.id } });
			expect(row.notes).toBe('Typed.');
		}
	);

	test.each<
		[string, (ada: Awaited<ReturnType<typeof createPerson>>, ids: Ids) => Promise<unknown>]
	>([
		['archived', (ada, { ideaId }) => archiveIdeas(ada, { ids: [ideaId] })],
		['starred', (ada, { ideaId }) => starIdea(ada, { id: ideaId, star: 'star' })],
		['tagged', (ada, { ideaId }) => setTags(ada, { id: ideaId, tags: ['home'] })],
		['given a feature', (ada, { ideaId }) => createFeatureFor(ada, ideaId)],
		['done in part', (ada, { featureId }) => completeFeature(ada, { id: featureId })]
	])('is refused once an idea that it brought was %s', async (_, act) => {
		const ada = await createPerson();
		const { undoToken } = await imported(ada, fileOfOne({ title: 'Kite' }, [{ title: 'String' }]));
		const { id: featureId, ideaId } = await db.feature.findFirstOrThrow({
			where: { idea: { ownerId: ada.userId } }
		});
		await act(ada, { ideaId, featureId });

		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });

		expect(await db.idea.count({ where: { id: ideaId, deletedAt: null } })).toBe(1);
	});
});

interface Ids {
	ideaId: string;
	featureId: string;
}

describe('taking a file over', () => {
	test('keeps what was said before among the earlier texts, and nothing where the text is the same', async () => {
		const { ada, kite, string } = await createChanged();
		const file = fileOfOne({ id: kite.id, title: 'Kite', visibility: 'public', star: 'star' });
		const { id } = await sent(ada, file);
		await chooseImport(ada, { id, choice: 'update' });
		expect(await confirmImport(ada, { id })).toMatchObject({ changed: 1 });

		for (const of of [{ ideaId: kite.id }, { ideaId: kite.id, featureId: string.id }]) {
			const { revisions } = await listRevisions(ada, of);
			expect(revisions).toHaveLength(1);
			const { texts, changedBy } = await getRevision(ada, { id: revisions[0]?.id ?? '' });
			expect(texts).toContainEqual({ key: 'notes', name: 'Notes', text: 'Before.' });
			expect(changedBy).toMatchObject({ isYou: true });
		}
	});

	test('waits for a feature that is being added to an idea of it, and counts it', async () => {
		const ada = await createPerson();
		const kite = await createIdeaFor(ada, { title: 'Kite' });
		const { id } = await sent(ada, fileOfOne({ title: 'Kite' }, [{ title: 'String' }]));
		const end = await held(async (tx) => {
			await tx.$queryRaw`SELECT id FROM ideas WHERE id = ${kite.id}::uuid FOR NO KEY UPDATE`;
		});
		await chooseImport(ada, { id, choice: 'update' });

		const confirmed = confirmImport(ada, { id });
		await someoneWaits();
		await end();

		expect(await confirmed).toMatchObject({ created: 1 });
	});

	test('takes no decision any more while it goes on', async () => {
		const ada = await createPerson();
		await createIdeaFor(ada, { title: 'Kite' });
		const { id } = await sent(ada, fileOfOne({ title: 'Kite', notes: 'Other' }));
		const end = await held((tx) => isFree(tx, id));

		await expect(chooseImport(ada, { id, choice: 'create' })).rejects.toMatchObject({
			cause: { reason: 'import.busy' }
		});

		await end();
		expect(await chooseImport(ada, { id, choice: 'create' })).toEqual({ changed: 1 });
	});
});
