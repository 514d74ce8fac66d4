import { beforeAll, describe, expect, test } from 'vitest';
import type { ListIdeas } from '$lib/schemas/ideas';
import { LIMITS } from '$lib/limits';
import { createFeatureFor, createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { countStatements } from '#tests/support/statements';
import { archiveIdeas } from './archive';
import { listIdeas } from './board';
import { setTags } from './tags';

type Person = Awaited<ReturnType<typeof createPerson>>;

const list = (actor: Person, given: Partial<ListIdeas>) =>
	listIdeas(actor, { sort: 'manual', filter: 'all', ...given });
const find = async (actor: Person, q: string, given: Partial<ListIdeas> = {}) =>
	(await list(actor, { q, ...given })).ideas.map(({ title }) => title);

describe('a board that is searched', () => {
	let ada: Person;
	let bob: Person;

	beforeAll(async () => {
		[ada, bob] = [await createPerson(), await createPerson()];
		await createIdeaFor(ada, { title: 'Paper kite', notes: 'Light, of bamboo' });
		await createIdeaFor(ada, { title: 'Box kite', star: 'star', linkUrl: 'https://a.example/' });
		const aside = await createIdeaFor(ada, { title: 'Old kite' });
		await archiveIdeas(ada, { ids: [aside.id] });
		const garden = await createIdeaFor(ada, { title: '100% garden_path' });
		await setTags(ada, { id: garden.id, tags: ['home'] });
		await createFeatureFor(ada, garden.id, { title: 'A kite in a feature' });
		const lent = await createIdeaFor(bob, { title: 'Lent kite' });
		await shareIdea(lent.id, ada, 'viewer');
		await createIdeaFor(bob, { title: 'Secret kite' });
	});

	test.each([
		['kite', ['Box kite', 'Lent kite', 'Paper kite']],
		['bamb', ['Paper kite']],
		['kite -box', ['Lent kite', 'Paper kite']],
		['kite has:link', ['Box kite']],
		['is:starred', ['Box kite']],
		['tag:home', ['100% garden_path']],
		['%', ['100% garden_path']],
		['is:done', []],
		['kite in:trash', []],
		['secret', []],
		[`" ' & | ! ( <->`, []],
		['"light, of', ['Paper kite']]
	])('shows for “%s” what says it, and nobody else’s', async (q, expected) => {
		expect(await find(ada, q, { sort: 'title' })).toEqual(expected);
	});

	test('counts what is found, section by section, and keeps sort and filter', async () => {
		const { counts } = await list(ada, { q: 'kite' });

		expect(counts).toEqual({ super: 0, star: 1, none: 2 });
		expect(await find(ada, 'kite', { filter: 'shared' })).toEqual(['Lent kite']);
		expect(await find(ada, 'kite', { filter: 'archived' })).toEqual(['Old kite']);
		expect(await find(ada, 'kite', { tag: 'home' })).toEqual([]);
	});

	test('shows everything when nothing is asked, and takes any length', async () => {
		expect(await find(ada, ' "" ')).toHaveLength(4);
		expect(await find(ada, 'x'.repeat(8_000))).toEqual([]);
		expect(await find(ada, '...')).toEqual([]);
	});

	test.each(['manual', 'title', 'changed'] as const)(
		'comes to the end by %s without a repeat, in one statement a page',
		async (sort) => {
			const carol = await createPerson();
			for (let at = 0; at < LIMITS.pageSize + 5; at += 1) {
				await createIdeaFor(carol, { title: `Kite ${at % 7}`, star: at % 3 ? 'none' : 'star' });
			}
			await createIdeaFor(carol, { title: 'No bird' });
			const seen: string[] = [];

			for (let cursor: string | undefined, pages = 0; pages < 5; pages += 1) {
				let page: Awaited<ReturnType<typeof listIdeas>> | undefined;
				const statements = await countStatements(async () => {
					page = await list(carol, { q: 'kite', sort, cursor });
				});
				expect(statements).toBe(1);
				seen.push(...(page?.ideas ?? []).map(({ id }) => id));
				cursor = page?.nextCursor;
				if (!cursor) break;
			}

			expect(seen).toHaveLength(LIMITS.pageSize + 5);
			expect(new Set(seen).size).toBe(seen.length);
		}
	);
});
