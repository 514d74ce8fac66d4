import { beforeAll, describe, expect, test } from 'vitest';
import { createFeatureFor, createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { countStatements } from '#tests/support/statements';
import { findInIdea } from './search-in-idea';

type Person = Awaited<ReturnType<typeof createPerson>>;

describe('findInIdea', () => {
	let ada: Person;
	let viewer: Person;
	let ideaId: string;

	const find = async (actor: Person, q: string) =>
		(await findInIdea(actor, { ideaId, q })).found
			.map(({ title }) => title.map(({ text }) => text).join(''))
			.toSorted();

	beforeAll(async () => {
		[ada, viewer] = [await createPerson(), await createPerson()];
		ideaId = (await createIdeaFor(ada, { title: 'Engine of brass' })).id;
		await createFeatureFor(ada, ideaId, { title: 'A brass mill', star: 'star' });
		await createFeatureFor(ada, ideaId, { title: 'A store', notes: 'Shelves, 50% brass' });
		await createFeatureFor(ada, ideaId, {
			title: 'A frame',
			visibility: 'private',
			sections: [{ id: crypto.randomUUID(), label: 'Risks', body: 'The brass may bend' }]
		});
		const other = await createIdeaFor(ada, { title: 'Another' });
		await createFeatureFor(ada, other.id, { title: 'Brass elsewhere' });
		await shareIdea(ideaId, viewer, 'viewer');
	});

	test.each([
		['brass', ['A brass mill', 'A frame', 'A store']],
		['bra', ['A brass mill', 'A frame', 'A store']],
		['risks', ['A frame']],
		['brass -mill', ['A frame', 'A store']],
		['"may bend', ['A frame']],
		['is:starred', ['A brass mill']],
		['brass is:open', ['A brass mill', 'A frame', 'A store']],
		['is:done', []],
		['%', []],
		['  ', []],
		['x'.repeat(8_000), []]
	])('finds for “%s” the features of this idea that say it', async (q, expected) => {
		expect(await find(ada, q)).toEqual(expected);
	});

	test('marks what was found in titles and texts', async () => {
		const { found } = await findInIdea(ada, { ideaId, q: 'bend' });

		expect(found[0]?.excerpt).toContainEqual({ text: 'bend', hit: true });
	});

	test('says which filter it does not know', async () => {
		expect((await findInIdea(ada, { ideaId, q: 'is:odd' })).notes).toHaveLength(1);
	});

	test('shows a viewer nothing private, and a stranger no idea at all', async () => {
		expect(await find(viewer, 'brass')).toEqual(['A brass mill', 'A store']);
		await expect(find(await createPerson(), 'brass')).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});

	test('takes one statement', async () => {
		expect(await countStatements(() => findInIdea(ada, { ideaId, q: 'brass' }))).toBe(1);
	});
});
