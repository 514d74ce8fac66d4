import { describe, expect, test } from 'vitest';
import { v7 as uuid } from 'uuid';
import { CreateFeature } from '$lib/schemas/features';
import { CreateIdea } from '$lib/schemas/ideas';
import { createFeatureFor, createIdeaFor, createPerson } from '#tests/support/factories';
import { GUIDE } from '../guide-ideas';
import type { PersonalActor } from './actor';
import { archiveIdeas } from './archive';
import { listIdeas } from './board';
import { getFeature, listFeatures } from './features';
import { startGuide } from './guide';
import { updateIdea } from './ideas';
import { setTags } from './tags';
import { deleteIdea } from './trash';
import { listTrash } from './trash-list';
import { undo } from './undo';

const boardOf = async (actor: Parameters<typeof listIdeas>[0]) =>
	(await listIdeas(actor, { sort: 'manual', filter: 'all' })).ideas.map(({ title }) => title);

const titles = GUIDE.map(({ title }) => title);

describe('startGuide', () => {
	test('puts three ideas with their features at the top of the board', async () => {
		const ada = await createPerson();
		await createIdeaFor(ada, { title: 'My own' });

		const { ideas } = await startGuide(ada, { clientKey: uuid() });

		expect((await boardOf(ada)).toSorted()).toEqual([...titles, 'My own'].toSorted());
		const features = await listFeatures(ada, { ideaId: ideas[1]?.id ?? '' });
		expect(features.map(({ title }) => title)).toEqual(GUIDE[1]?.features.map((one) => one.title));
		expect(await getFeature(ada, { id: features[0]?.id ?? '' })).toMatchObject({
			sections: [{ label: 'Why' }, { label: 'Done when' }]
		});
	});

	test('makes them once for one key, also when it is sent twice at once', async () => {
		const ada = await createPerson();
		const clientKey = uuid();

		const [first, second] = await Promise.all([
			startGuide(ada, { clientKey }),
			startGuide(ada, { clientKey })
		]);

		expect(second.ideas.map(({ id }) => id).toSorted()).toEqual(
			first.ideas.map(({ id }) => id).toSorted()
		);
		expect(await boardOf(ada)).toHaveLength(titles.length);
	});

	test('is taken back whole, into the Trash', async () => {
		const ada = await createPerson();
		const { undoToken } = await startGuide(ada, { clientKey: uuid() });

		expect(await undo(ada, { token: undoToken })).toMatchObject({ kind: 'guide.start' });

		expect(await boardOf(ada)).toEqual([]);
		expect((await listTrash(ada, {})).things).toHaveLength(titles.length);
	});

	test.each<[string, (ada: PersonalActor, id: string) => Promise<unknown>]>([
		['rewritten', (ada, id) => updateIdea(ada, { id, version: 1, notes: 'My own words.' })],
		['tagged', (ada, id) => setTags(ada, { id, tags: ['mine'] })],
		['archived', (ada, id) => archiveIdeas(ada, { ids: [id] })],
		['given a feature', (ada, id) => createFeatureFor(ada, id)]
	])('is not taken back when one of them was %s since', async (_, change) => {
		const ada = await createPerson();
		const { ideas, undoToken } = await startGuide(ada, { clientKey: uuid() });
		await change(ada, ideas[1]?.id ?? '');

		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });

		expect((await listTrash(ada, {})).things).toEqual([]);
	});

	test('is not taken back when one of them was deleted since', async () => {
		const ada = await createPerson();
		const { ideas, undoToken } = await startGuide(ada, { clientKey: uuid() });
		await deleteIdea(ada, { id: ideas[0]?.id ?? '' });

		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });

		expect(await boardOf(ada)).toHaveLength(titles.length - 1);
	});
});

test.each(GUIDE)('“$title” is as anyone could have written it', ({ features, ...idea }) => {
	expect(CreateIdea.parse({ ...idea, clientKey: uuid() })).toMatchObject(idea);
	for (const { isDone: _done, sections = [], ...feature } of features) {
		const withIds = sections.map((section) => ({ ...section, id: uuid() }));
		const input = { ...feature, sections: withIds, clientKey: uuid(), ideaId: uuid() };
		expect(CreateFeature.parse(input)).toMatchObject(feature);
	}
});
