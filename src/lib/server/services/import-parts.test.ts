import { v4 as uuid } from 'uuid';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import { createPerson } from '#tests/support/factories';
import {
	exportedAsJson,
	fileOf,
	fileOfOne,
	imported,
	sent,
	titlesOf,
	workOf
} from '#tests/support/transfer';
import { db } from '../db';

describe('a bad file', () => {
	const many = (count: number, of: (n: number) => unknown) =>
		Array.from({ length: count }, (_, n) => of(n));
	const id = uuid();

	test.each<[string, string, { path: string; says: RegExp }]>([
		[
			'cut off',
			fileOfOne({ title: 'A' }).slice(0, -4),
			{ path: 'ideas[0].features', says: /ends here/ }
		],
		['no JSON', 'Hello', { path: '', says: /not JSON/ }],
		['something else', '[1,2]', { path: '', says: /not a file of ideas/ }],
		[
			'another version',
			fileOf([], { schemaVersion: 2 }),
			{ path: 'schemaVersion', says: /version 1/ }
		],
		['ideas that are no list', '{"ideas":{"a":1}}', { path: 'ideas', says: /a list/ }],
		['an idea that is none', fileOf([7]), { path: 'ideas[0]', says: /an object/ }],
		[
			'an idea that is missing',
			fileOf([{ features: [] }]),
			{ path: 'ideas[0].idea', says: /missing/ }
		],
		[
			'a title that is a number',
			fileOfOne({ title: 7 }),
			{ path: 'ideas[0].idea.title', says: /text/ }
		],
		[
			'a wrong type at depth',
			fileOf([
				{ idea: { title: 'A' } },
				{
					idea: { title: 'B' },
					features: [{ title: 'x' }, { title: 'y', sections: [{ id, label: 'z', body: 4 }] }]
				}
			]),
			{ path: 'ideas[1].features[1].sections[0].body', says: /text/ }
		],
		[
			'too long a title',
			fileOfOne({ title: 'x'.repeat(256) }),
			{ path: 'ideas[0].idea.title', says: /255/ }
		],
		[
			'a script as link',
			fileOfOne({ title: 'A', linkUrl: 'javascript:alert(1)' }),
			{ path: 'ideas[0].idea.linkUrl', says: /http/ }
		],
		[
			'an id twice',
			fileOf([{ idea: { id, title: 'A' } }, { idea: { id, title: 'B' } }]),
			{ path: 'ideas[1].idea.id', says: /same id/ }
		],
		[
			'wrong counts',
			fileOf([{ idea: { title: 'A' } }], { ideaCount: 2 }),
			{ path: 'ideaCount', says: /says 2/ }
		],
		[
			'endless depth',
			`{"ideas":[{"idea":${'['.repeat(5_000)}`,
			{ path: 'ideas[0].idea', says: /deeply/ }
		],
		[
			'a million ideas',
			`{"ideas":[${'{"idea":{"title":"a"}},'.repeat(1_000_000)}`,
			{ path: 'ideas', says: /20,000/ }
		],
		[
			'too many features',
			fileOfOne(
				{ title: 'A' },
				many(1_001, (n) => ({ title: `F${n}` }))
			),
			{ path: 'ideas[0].features', says: /1,000/ }
		],
		[
			'a time before all years',
			fileOfOne({ title: 'A', createdAt: '0000-01-01T00:00:00Z' }),
			{ path: 'ideas[0].idea.createdAt', says: /1 to 9999/ }
		],
		[
			'a time after all years, in UTC',
			fileOfOne({ title: 'A' }, [{ title: 'B', completedAt: '9999-12-31T23:59:59.999-12:00' }]),
			{ path: 'ideas[0].features[0].completedAt', says: /1 to 9999/ }
		],
		[
			'a time that is none',
			fileOfOne({ title: 'A' }, [{ title: 'B', completedAt: 'soon' }]),
			{ path: 'ideas[0].features[0].completedAt', says: /a time such as/ }
		],
		['a ZIP file', 'PK\u0003\u0004 and so on', { path: '', says: /ZIP/ }],
		['nothing', fileOf([]), { path: 'ideas', says: /no idea/ }]
	])('is refused: %s', async (_, file, { path, says }) => {
		const ada = await createPerson();

		const { id: importId, state, problems } = await sent(ada, file);

		expect(state).toBe('refused');
		expect(problems[0]?.path).toContain(path);
		expect(problems[0]?.message).toMatch(says);
		expect(await db.importItem.count({ where: { importId } })).toBe(0);
		expect(await titlesOf(ada)).toEqual([]);
	});

	test('tells a hundred things that are wrong, and no more', async () => {
		const ada = await createPerson();

		const { problems } = await sent(ada, fileOf(many(500, () => ({ idea: { title: '' } }))));

		expect(problems.length).toBeGreaterThanOrEqual(100);
		expect(problems.length).toBeLessThanOrEqual(101);
		expect(problems[7]).toEqual({ path: 'ideas[7].idea.title', message: 'Give the idea a title.' });
	});

	test('that unpacks to more than there may be is stopped there', async () => {
		const ada = await createPerson();
		const bomb = Buffer.alloc(LIMITS.importBytes + 1, ' ');
		bomb.write('{"ideas":[');

		const { state, problems } = await sent(ada, bomb);

		expect({ state, problems }).toMatchObject({
			state: 'refused',
			problems: [{ message: expect.stringMatching(/256 MB|no end/) }]
		});
	});

	test('has a name such as __proto__ as data', async () => {
		const ada = await createPerson();
		const file =
			'{"__proto__":{"x":1},"ideas":[{"idea":{"title":"__proto__","__proto__":{"notes":"no"}}}]}';

		await imported(ada, file);

		expect(workOf(await exportedAsJson(ada))).toMatchObject([{ title: '__proto__', notes: '' }]);
		expect(({} as { x?: number }).x).toBeUndefined();
	});
});
