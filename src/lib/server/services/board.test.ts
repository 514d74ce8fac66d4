import { beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import { FILTERS, SORTS, type Filter, type Sort } from '$lib/schemas/ideas';
import type { PersonalActor } from '$lib/server/services/actor';
import { createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { planOf } from '#tests/support/plans';
import { countStatements } from '#tests/support/statements';
import { db } from '../db';
import { archiveIdeas } from './archive';
import { listIdeas, type BoardIdea } from './board';
import { updateIdea } from './ideas';
import { starIdea } from './stars';

/** Reads the board page by page, as scrolling does. */
async function readPages(actor: PersonalActor, sort: Sort, filter: Filter = 'all') {
	const ideas: BoardIdea[] = [];
	for (let cursor: string | undefined, pages = 0; pages < 20; pages += 1) {
		const page = await listIdeas(actor, { sort, filter, cursor });
		ideas.push(...page.ideas);
		if (!page.nextCursor) break;
		cursor = page.nextCursor;
	}
	return ideas;
}

const readAll = async (actor: PersonalActor, sort: Sort, filter?: Filter) =>
	(await readPages(actor, sort, filter)).map(({ title }) => title);

/** The whole board in one statement, without pages. */
const EXPECTED_ORDER: Record<Sort, string> = {
	manual: 'm.position, i.id',
	newest: 'i.created_at DESC, i.id DESC',
	changed: 'i.updated_at DESC, i.id DESC',
	title: 'i.title, i.id'
};

describe('listIdeas', () => {
	test.each(SORTS)('loses and repeats nothing over several pages sorted by %s', async (sort) => {
		const ada = await createPerson();
		const count = LIMITS.pageSize * 2 + 7;
		for (let i = 0; i < count; i += 1) {
			// Titles repeat, so that pages end between equal ones.
			await createIdeaFor(ada, {
				title: `Idea ${i % 9}`,
				star: i % 3 === 0 ? 'star' : i === 1 ? 'super' : 'none'
			});
		}

		const whole = await listIdeas(ada, { sort, filter: 'all' });
		const paged = await readPages(ada, sort);

		const expected = await db.$queryRawUnsafe<{ id: string }[]>(
			`SELECT i.id FROM ideas i JOIN idea_members m ON m.idea_id = i.id
			 WHERE m.user_id = $1::uuid ORDER BY m.star DESC, ${EXPECTED_ORDER[sort]}`,
			ada.userId
		);
		expect(paged.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
		expect(whole.counts).toEqual({ super: 1, star: 36, none: 70 });
		expect(whole.ideas[0]?.star).toBe('super');
	});

	test('sorts titles as people do, whatever their case', async () => {
		const ada = await createPerson();
		for (const title of ['banana', 'Cherry', 'äpple', 'Apple']) await createIdeaFor(ada, { title });

		const titles = await readAll(ada, 'title');

		expect(titles).toEqual(['Apple', 'äpple', 'banana', 'Cherry']);
	});

	test('sorts by change of content, which a star is not', async () => {
		const ada = await createPerson();
		const [first, second] = [
			await createIdeaFor(ada, { title: 'First' }),
			await createIdeaFor(ada, { title: 'Second' })
		];

		await updateIdea(ada, { id: first.id, version: 1, notes: 'Changed.' });
		await starIdea(ada, { id: second.id, star: 'star' });
		await starIdea(ada, { id: second.id, star: 'none' });

		expect(await readAll(ada, 'changed')).toEqual(['First', 'Second']);
	});

	test('filters by star, owner and visibility', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		await createIdeaFor(ada, { title: 'Plain' });
		await createIdeaFor(ada, { title: 'Starred', star: 'star' });
		await createIdeaFor(ada, { title: 'Public', visibility: 'public' });
		const { id } = await createIdeaFor(bob, { title: 'Shared' });
		await shareIdea(id, ada, 'viewer');
		const aside = await createIdeaFor(ada, { title: 'Put aside', star: 'star' });
		await archiveIdeas(ada, { ids: [aside.id] });

		const found = Object.fromEntries(
			await Promise.all(
				FILTERS.map(async (filter) => [filter, (await readAll(ada, 'title', filter)).sort()])
			)
		);

		expect(found).toEqual({
			all: ['Plain', 'Public', 'Shared', 'Starred'],
			starred: ['Starred'],
			unstarred: ['Plain', 'Public', 'Shared'],
			mine: ['Plain', 'Public', 'Starred'],
			shared: ['Shared'],
			public: ['Public'],
			private: ['Plain', 'Shared', 'Starred'],
			archived: ['Put aside']
		});
	});

	test('shows nothing of other people', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		await createIdeaFor(bob, { visibility: 'public' });

		expect(await listIdeas(ada, { sort: 'manual', filter: 'all' })).toMatchObject({
			ideas: [],
			counts: { super: 0, star: 0, none: 0 }
		});
	});

	test.each(['nonsense', '', Buffer.from('["super","a0","x"]').toString('base64url')])(
		'refuses the cursor %j',
		async (cursor) => {
			const ada = await createPerson();

			const page = listIdeas(ada, { sort: 'manual', filter: 'all', cursor: cursor || 'W10' });

			await expect(page).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		}
	);

	test('refuses a cursor of another sort', async () => {
		const ada = await createPerson();
		for (let i = 0; i <= LIMITS.pageSize; i += 1) await createIdeaFor(ada);
		const { nextCursor } = await listIdeas(ada, { sort: 'manual', filter: 'all' });

		const page = listIdeas(ada, { sort: 'newest', filter: 'all', cursor: nextCursor });

		await expect(page).rejects.toMatchObject({ code: 'BAD_REQUEST' });
	});

	test('asks the database once, whatever the page', async () => {
		const ada = await createPerson();
		for (let i = 0; i < 5; i += 1) await createIdeaFor(ada);

		const statements = await countStatements(() =>
			listIdeas(ada, { sort: 'manual', filter: 'all' })
		);

		expect(statements).toBe(1);
	});
});

/** Where each order stands written down. */
const INDEX: Record<Sort, string> = {
	manual: 'idea_members_board_idx',
	newest: 'idea_members_newest_idx',
	changed: 'idea_members_changed_idx',
	title: 'idea_members_title_idx'
};

describe('the statement behind the board', () => {
	let ada: PersonalActor;

	beforeAll(async () => {
		const people = await Promise.all(Array.from({ length: 10 }, () => createPerson()));
		ada = people[0] ?? (await createPerson());
		await fillBoards(people, 1_500);
	});

	test.each(SORTS)('finds its page by %s through its index', async (sort) => {
		const first = await listIdeas(ada, { sort, filter: 'all' });

		for (const cursor of [undefined, first.nextCursor]) {
			const plan = await planOf(() => listIdeas(ada, { sort, filter: 'all', cursor }));

			expect(plan.map(({ type }) => type)).not.toContain('Seq Scan');
			expect(plan.map(({ index }) => index)).toContain(INDEX[sort]);
			const ideas = plan.filter(({ table }) => table === 'ideas');
			for (const { rows } of ideas) expect(rows).toBeLessThanOrEqual(LIMITS.pageSize + 1);
		}
	});
});

/** Ideas straight into the tables, with the statistics that they have after a day. */
async function fillBoards(people: PersonalActor[], count: number): Promise<void> {
	const ids = people.map(({ userId }) => userId);
	await db.$executeRaw`
		WITH made AS (
			INSERT INTO ideas (id, owner_id, client_key, title)
			SELECT gen_random_uuid(), person, gen_random_uuid(), 'Idea ' || n
			FROM unnest(${ids}::uuid[]) AS person, generate_series(1, ${count}::int) AS n
			RETURNING id, owner_id
		)
		INSERT INTO idea_members (idea_id, user_id, role, position)
		SELECT id, owner_id, 'owner', 'a' || lpad((row_number() OVER ())::text, 8, '0') || '1' FROM made`;
	await db.$executeRawUnsafe('VACUUM ANALYZE ideas, idea_members');
}
