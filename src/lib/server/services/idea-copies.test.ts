import { expect, test } from 'vitest';
import { createFeatureFor, createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { copyIdea } from './idea-copies';

test('an idea is copied with its plan, of which a viewer gets what they may read', async () => {
	const [ada, bob, eve] = [await createPerson(), await createPerson(), await createPerson()];
	const { id } = await createIdeaFor(ada, { title: 'A kite', notes: 'Light paper.' });
	await createFeatureFor(ada, id, { title: 'Wings', notes: 'Two.' });
	await createFeatureFor(ada, id, { title: 'Secret', visibility: 'private' });
	await shareIdea(id, bob, 'viewer');

	expect(await copyIdea(ada, { id })).toBe(
		'# A kite\n\nLight paper.\n\n## Wings\n\nTwo.\n\n## Secret\n'
	);
	expect(await copyIdea(bob, { id })).toBe('# A kite\n\nLight paper.\n\n## Wings\n\nTwo.\n');
	await expect(copyIdea(eve, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
