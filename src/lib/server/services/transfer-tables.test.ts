import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createIdeaFor, createPerson } from '#tests/support/factories';
import { isLong } from '#tests/support/long';
import {
	exported,
	exportedAsJson,
	fileOf,
	imported,
	sent,
	titlesOf,
	workOf
} from '#tests/support/transfer';
import { workspaces } from '#tests/support/workspaces';
import { db } from '../db';
import type { PersonalActor } from './actor';
import { confirmImport } from './import-confirm';
import { chooseImport } from './imports';

/** What a table does not say is the star that a feature had before it was done. */
const sayable = (work: ReturnType<typeof workOf>) =>
	work.map((idea) => ({
		...idea,
		features: idea.features.map(({ starBeforeDone: _, ...feature }) => feature)
	}));

describe('a table', () => {
	test.each([
		['commas', 'Title,Notes\nMilk; eggs,from the\tshop\n'],
		['semicolons', 'Title;Notes\nMilk, eggs;from the\tshop\n'],
		['tabs', '\uFEFFTitle\tNotes\nMilk, eggs; bread\t"from, the; shop"\n'],
		['names in quotes', '"Title";"Notes (what, why, how)";Tags\r\nMilk, eggs;"a; b";home\r\n'],
		['one column', 'Title\nMilk, eggs; bread\n'],
		['an empty first line', '\nTitle;Notes\nMilk, eggs;here\n']
	])('is read with the one delimiter of its first line: %s', async (_, table) => {
		const ada = await createPerson();

		await imported(ada, table, 'csv');

		const [line = ''] = table.trim().split('\n').slice(1);
		const [title = ''] = await titlesOf(ada);
		expect(title).toMatch(/^Milk[,;] eggs/);
		expect(line.startsWith(title)).toBe(true);
	});

	test('with more cells than columns is refused where it is, and nothing of it is dropped', async () => {
		const ada = await createPerson();

		const { state, problems } = await sent(ada, 'Title,Notes\nBread,\nMilk,eggs,flour\n', 'csv');

		expect(state).toBe('refused');
		expect(problems).toEqual([
			{ path: 'line 3', message: 'This line has more cells than the first line has columns.' }
		]);
		expect(await sent(ada, 'Title,Notes\nMilk,eggs,,\n', 'csv')).toMatchObject({ state: 'ready' });
	});

	test('that says no more than “done” changes nothing that is done', async () => {
		const ada = await createPerson();
		const table = 'Kind,Title,Done\nidea,Kite,\nfeature,String,yes\n';
		await imported(ada, table, 'csv');
		const first = await db.feature.findFirstOrThrow({ where: { title: 'String' } });

		expect(await imported(ada, table, 'csv')).toMatchObject({ created: 0, changed: 0 });

		expect(first.completedAt?.getUTCFullYear()).toBeGreaterThan(2000);
		expect(await db.feature.findUniqueOrThrow({ where: { id: first.id } })).toEqual(first);
	});

	test.each(["'=1+1", "''+1", '＝1', "'＠name", '\u0009=1', '=1', '-', "'quoted'"])(
		'gives %j back as it was, and has no cell that is a formula',
		async (notes) => {
			const [ada, bob] = [await createPerson(), await createPerson()];
			await createIdeaFor(ada, { title: 'Kite', notes });

			const table = await exported(ada, { format: 'csv' });
			await imported(bob, table, 'csv');

			expect(table).not.toMatch(/(^|,|")[=+\-@\t＝＋－＠]/m);
			expect(await db.idea.findFirst({ where: { ownerId: bob.userId } })).toMatchObject({ notes });
		}
	);

	test('takes any workspace into an empty account, and changes nothing where it comes from', async () => {
		await fc.assert(
			fc.asyncProperty(workspaces, async (ideas) => {
				const [ada, bob] = [await createPerson(), await createPerson()];
				await imported(ada, fileOf(ideas));
				const table = await exported(ada, { format: 'csv' });

				await imported(bob, table, 'csv');
				const again = await imported(ada, table, 'csv');

				expect(sayable(workOf(await exportedAsJson(bob)))).toEqual(
					sayable(workOf(await exportedAsJson(ada)))
				);
				expect(again).toMatchObject({ created: 0, changed: 0 });
			}),
			{ numRuns: isLong ? 60 : 12 }
		);
	}, 300_000);
});

describe('an outline', () => {
	test.each(['Learn C#', 'F #', 'F \\#', 'F ##', '#', '##', 'a\\#', '# #', 'C# and F#'])(
		'gives the title %j back',
		async (title) => {
			const [ada, bob] = [await createPerson(), await createPerson()];
			await createIdeaFor(ada, { title });

			await imported(bob, await exported(ada, { format: 'markdown' }), 'markdown');

			expect(await titlesOf(bob)).toEqual([title]);
		}
	);

	test('of somebody else may close its headings', async () => {
		const ada = await createPerson();

		await imported(ada, '# Kites #\n\n# Learn C#\n\n# Boats ###  \n\n# F \\#\n', 'markdown');

		expect(await titlesOf(ada)).toEqual(['Kites', 'Learn C#', 'Boats', 'F #']);
	});

	test('of one’s own ideas leaves alone since when they are done, also where all are updated', async () => {
		const done = ({ userId }: PersonalActor) =>
			db.feature.findMany({
				where: { idea: { ownerId: userId } },
				orderBy: { id: 'asc' },
				select: { id: true, star: true, completedAt: true, starBeforeDone: true }
			});
		await fc.assert(
			fc.asyncProperty(workspaces, async (ideas) => {
				const ada = await createPerson();
				await imported(ada, fileOf(ideas));
				const before = await done(ada);

				const { id } = await sent(ada, await exported(ada, { format: 'markdown' }), 'markdown');
				await chooseImport(ada, { id, choice: 'update' });

				expect(await confirmImport(ada, { id })).toMatchObject({ created: 0 });
				expect(await done(ada)).toEqual(before);
			}),
			{ numRuns: isLong ? 60 : 12 }
		);
	}, 300_000);
});
