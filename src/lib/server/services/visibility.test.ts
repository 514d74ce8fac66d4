import { describe, expect, test } from 'vitest';
import { createFeatureFor, createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { getFeature, updateFeature } from './features';
import { getIdea, updateIdea } from './ideas';
import { undo } from './undo';

describe('who sees an idea', () => {
	test('is taken back, and what it says since stays', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		const { undoToken } = await updateIdea(ada, { id, version: 1, visibility: 'public' });
		await updateIdea(ada, { id, version: 2, title: 'Difference engine' });

		const undone = await undo(ada, { token: undoToken ?? '' });

		expect(undone).toMatchObject({ kind: 'idea.visibility', ideaIds: [id] });
		expect(await getIdea(ada, { id })).toMatchObject({
			...{ title: 'Difference engine', visibility: 'private', version: 4 }
		});
	});

	test('is not taken back once it has changed again', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada, { visibility: 'public' });
		const { undoToken } = await updateIdea(ada, { id, version: 1, visibility: 'private' });
		await updateIdea(ada, { id, version: 2, visibility: 'public' });

		await expect(undo(ada, { token: undoToken ?? '' })).rejects.toMatchObject({
			code: 'CONFLICT'
		});

		expect(await getIdea(ada, { id })).toMatchObject({ visibility: 'public', version: 3 });
	});

	test('offers nothing to undo where it stays as it is', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);

		const same = await updateIdea(ada, { id, version: 1, title: 'Loom', visibility: 'private' });

		expect(same).not.toHaveProperty('undoToken');
	});
});

describe('who sees a feature', () => {
	test('is taken back by whoever changed it, while they may', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const idea = await createIdeaFor(ada);
		const { id } = await createFeatureFor(ada, idea.id);
		await shareIdea(idea.id, bob, 'editor');
		const { undoToken } = await updateFeature(bob, { id, version: 1, visibility: 'private' });

		await expect(undo(ada, { token: undoToken ?? '' })).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
		const undone = await undo(bob, { token: undoToken ?? '' });

		expect(undone).toMatchObject({
			...{ kind: 'feature.visibility', ideaIds: [idea.id], featureIds: [id] }
		});
		expect(await getFeature(ada, { id })).toMatchObject({ visibility: 'inherit', version: 3 });
	});
});
