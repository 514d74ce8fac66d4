import { expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import { createFeatureFor, createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { db } from '../db';
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

test('an idea with more text than can be copied at once is refused before its texts are read', async () => {
	const ada = await createPerson();
	const { id } = await createIdeaFor(ada);
	const features = 1 + LIMITS.copyChars / LIMITS.featureNotesChars;
	await db.$executeRaw`
		INSERT INTO features (id, idea_id, client_key, title, notes, position)
		SELECT gen_random_uuid(), ${id}::uuid, gen_random_uuid(), 'Long',
			repeat('x', ${LIMITS.featureNotesChars}), 'a' || n
		FROM generate_series(1, ${features}::int) AS n`;

	await expect(copyIdea(ada, { id })).rejects.toMatchObject({
		code: 'BAD_REQUEST',
		cause: { reason: 'idea.copyTooLong' }
	});
});
