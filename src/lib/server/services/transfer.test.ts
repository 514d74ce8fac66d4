import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { v4 as uuid } from 'uuid';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import { ideaExportSchema } from '$lib/server/idea-export-schema';
import { createFeatureFor, createIdeaFor, createPerson } from '#tests/support/factories';
import { exported, exportedAsJson, imported, sent, workOf } from '#tests/support/transfer';
import { db } from '../db';
import type { PersonalActor } from './actor';
import { confirmImport } from './import-confirm';
import { listImport, previewImport } from './import-preview';
import { cancelImport, chooseImport, purgeImports, refreshImport } from './imports';
import { UNHURRIED } from './batches';
import { starIdea } from './stars';
import { deleteIdea } from './trash';
import { undo } from './undo';
import { updateIdea } from './ideas';

const document = (ideas: unknown[], more: object = {}) =>
	JSON.stringify({ schemaVersion: 1, ideas, ...more });

const one = (idea: object, features: unknown[] = []) => document([{ idea, features }]);

/** A person with something of everything. */
async function createWorkspace() {
	const ada = await createPerson();
	const engine = await createIdeaFor(ada, {
		title: 'Engine “α”',
		notes: 'x\u2028y\n=SUM(A1)',
		star: 'super',
		linkUrl: 'https://example.com/a',
		linkLabel: 'A page'
	});
	await createFeatureFor(ada, engine.id, {
		title: 'A wheel',
		sections: [{ id: uuid(), label: 'How', body: 'With teeth\n- and care' }],
		visibility: 'private',
		star: 'star'
	});
	const done = await createFeatureFor(ada, engine.id, { title: '=A1+B1' });
	await db.feature.update({
		where: { id: done.id },
		data: { completedAt: new Date('2026-01-02T03:04:05.678Z'), starBeforeDone: 'star' }
	});
	const old = await createIdeaFor(ada, { title: 'Put aside', visibility: 'public' });
	await db.ideaMember.updateMany({
		where: { ideaId: old.id },
		data: { archivedAt: new Date('2026-02-03T00:00:00Z'), tags: ['brass', 'loud'] }
	});
	return { ada, engine, old };
}

const titlesOf = async ({ userId }: PersonalActor) =>
	(
		await db.ideaMember.findMany({
			where: { userId, idea: { deletedAt: null } },
			orderBy: { position: 'asc' },
			select: { idea: { select: { title: true } } }
		})
	).map(({ idea }) => idea.title);

describe('an export', () => {
	test('has everything of one’s own, in one’s order, and is what the published schema says', async () => {
		const { ada, engine, old } = await createWorkspace();
		await deleteIdea(ada, await createIdeaFor(ada, { title: 'Thrown away' }));

		const file = await exportedAsJson(ada);

		const ajv = addFormats(new Ajv2020({ allErrors: true }));
		const validate = ajv.compile(ideaExportSchema());
		expect(validate(file), JSON.stringify(validate.errors)).toBe(true);
		expect(file).toMatchObject({ schemaVersion: 1, ideaCount: 2, featureCount: 2 });
		expect(file.ideas.map(({ idea }) => idea.id)).toEqual([old.id, engine.id]);
		expect(file.ideas[1]?.idea).toMatchObject({ star: 'super', archivedAt: null, tags: [] });
		expect(file.ideas[1]?.features).toMatchObject([
			{ title: 'A wheel', star: 'star', completedAt: null, sections: [{ label: 'How' }] },
			{ title: '=A1+B1', completedAt: '2026-01-02T03:04:05.678Z', starBeforeDone: 'star' }
		]);
		expect(validate({ ...file, schemaVersion: 2 })).toBe(false);
	});

	test('has only what was selected, and nothing of others', async () => {
		const { ada, engine, old } = await createWorkspace();
		const bob = await createPerson();
		const his = await createIdeaFor(bob, { title: 'His' });

		const file = JSON.parse(await exported(ada, { ids: [engine.id, his.id] })) as object;

		expect(file).toMatchObject({ ideaCount: 1, ideas: [{ idea: { id: engine.id } }] });
		await expect(exported(ada, { ids: [his.id] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		expect(await exported(ada, { archived: false })).not.toContain(old.id);
	});

	test('as a table has no cell that is a formula, and comes back as it was', async () => {
		const { ada } = await createWorkspace();
		const table = await exported(ada, { format: 'csv', byteOrderMark: true });
		const bob = await createPerson();

		await imported(bob, table, 'csv');

		expect(table).toMatch(/^\uFEFFKind,Title,/);
		const cells = (parse(table, { bom: true }) as string[][]).flat();
		expect(cells.filter((cell) => /^[=+@-]/.test(cell))).toEqual([]);
		expect(cells).toContain("'=A1+B1");
		const strip = (work: ReturnType<typeof workOf>) =>
			work.map((idea) => ({
				...idea,
				features: idea.features.map(({ starBeforeDone: _, ...feature }) => feature)
			}));
		expect(strip(workOf(await exportedAsJson(bob)))).toEqual(
			strip(workOf(await exportedAsJson(ada)))
		);
	});

	test('as an outline comes back with its texts', async () => {
		const { ada } = await createWorkspace();
		const bob = await createPerson();

		await imported(bob, await exported(ada, { format: 'markdown' }), 'markdown');

		const [, engine] = workOf(await exportedAsJson(bob));
		expect(engine).toMatchObject({
			title: 'Engine “α”',
			linkUrl: 'https://example.com/a',
			linkLabel: 'A page',
			features: [
				{ title: 'A wheel', sections: [{ label: 'How', body: 'With teeth\n- and care' }] },
				{ title: '=A1+B1', completedAt: expect.any(String) }
			]
		});
	});
});

const text = (maxLength: number) =>
	fc
		.string({ unit: 'grapheme', maxLength })
		.map((value) => value.replaceAll('\u0000', '').replace(/\r\n?/g, '\n').normalize('NFC'));
const title = text(40)
	.map((value) => value.replace(/\s+/g, ' ').trim())
	.map((value) => value || 'Untitled');
const when = fc
	.date({ min: new Date(0), max: new Date('9000-01-01'), noInvalidDate: true })
	.map((date) => date.toISOString());
const star = fc.constantFrom('none' as const, 'star' as const, 'super' as const);

const feature = fc
	.record({
		title,
		notes: text(60),
		sections: fc.array(fc.record({ id: fc.uuid(), label: title, body: text(60) }), {
			maxLength: 3
		}),
		visibility: fc.constantFrom('inherit', 'private'),
		star: fc.constantFrom('none', 'star'),
		completedAt: fc.option(when),
		createdAt: when,
		updatedAt: when
	})
	.map((one) => ({
		...one,
		star: one.completedAt ? 'none' : one.star,
		starBeforeDone: one.completedAt && one.star !== 'none' ? one.star : null,
		sections: one.sections.filter(
			({ id }, at, all) => all.findIndex((other) => other.id === id) === at
		)
	}));

const workspace = fc.array(
	fc.record({
		idea: fc.record({
			title,
			notes: text(80),
			linkUrl: fc.option(fc.constant('https://example.com/')),
			linkLabel: fc.option(title),
			visibility: fc.constantFrom('private', 'public'),
			star,
			tags: fc.array(fc.constantFrom('a', 'b', 'ç')).map((tags) => [...new Set(tags)].sort()),
			archivedAt: fc.option(when),
			createdAt: when,
			updatedAt: when
		}),
		features: fc.array(feature, { maxLength: 4 })
	}),
	{ minLength: 1, maxLength: 5 }
);

const RUNS = Number(process.env.CODA_TEST_RUNS ?? 12);

describe('export and import', () => {
	test('give an empty account the same workspace, and a second time change nothing', async () => {
		await fc.assert(
			fc.asyncProperty(workspace, async (ideas) => {
				const [ada, bob] = [await createPerson(), await createPerson()];
				await imported(ada, document(ideas));
				const file = await exported(ada);
				const work = workOf(JSON.parse(file) as never);

				await imported(bob, file);
				const first = await exportedAsJson(bob);
				const again = await imported(bob, file);

				expect(work.map((idea) => idea.title)).toEqual(ideas.map(({ idea }) => idea.title));
				expect(workOf(first)).toEqual(work);
				expect(again).toMatchObject({ created: 0, changed: 0 });
				expect((await exportedAsJson(bob)).ideas).toEqual(first.ideas);
			}),
			{ numRuns: RUNS, seed: process.env.CODA_TEST_RUNS ? undefined : 4 }
		);
	}, 300_000);

	test('keep what a file does not mention, and where nothing is told apart do nothing twice', async () => {
		const { ada, engine } = await createWorkspace();
		const bare = one({ id: engine.id, title: 'Engine “α”' }, [
			{ title: 'A wheel' },
			{ title: 'New' }
		]);

		const first = await imported(ada, bare);
		const second = await imported(ada, bare);

		expect(first).toMatchObject({ created: 1, changed: 0 });
		expect(second).toMatchObject({ created: 0, changed: 0 });
		const features = await db.feature.findMany({
			where: { ideaId: engine.id },
			orderBy: { position: 'asc' }
		});
		expect(features).toMatchObject([
			{ title: 'A wheel', sections: [{ label: 'How' }] },
			{ title: '=A1+B1' },
			{ title: 'New' }
		]);
	});

	test('of outlines whose titles repeat change nothing the second time', async () => {
		const ada = await createPerson();
		const outline = '# Twin\n\n- a\n- a\n- [x] b\n  - detail\n\n# Twin\n\nnotes\n';

		await imported(ada, outline, 'markdown');
		const again = await imported(ada, outline, 'markdown');

		expect(again).toMatchObject({ created: 0, changed: 0 });
		expect(await titlesOf(ada)).toEqual(['Twin', 'Twin']);
	});

	test.each(['older-coda.json', 'older-coda-bare.json'])(
		'take the older Coda’s %s',
		async (name) => {
			const ada = await createPerson();
			const file = readFileSync(`tests/fixtures/${name}`, 'utf8');

			await imported(ada, file);

			const [first] = workOf(await exportedAsJson(ada));
			expect(first).toMatchObject({
				title: 'Paper boats',
				features: [{ title: 'Fold', sections: [{ label: 'Paper', body: 'Heavy, 120 g' }] }, {}]
			});
			expect(await imported(ada, file)).toMatchObject({ created: 0, changed: 0 });
		}
	);
});

describe('a comparison', () => {
	test('tells new, changed, unchanged and what was changed here since, field by field', async () => {
		const { ada, engine, old } = await createWorkspace();
		const file = await exportedAsJson(ada);
		const [aside, machine] = file.ideas;
		if (!aside || !machine) throw new Error('There are two ideas.');
		await updateIdea(ada, { id: old.id, version: 1, notes: 'Written since' });
		const changed = {
			...file,
			ideaCount: 3,
			ideas: [
				{ ...aside, idea: { ...aside.idea, title: 'Put aside for good' } },
				{ ...machine, idea: { ...machine.idea, notes: 'Other' } },
				{ idea: { ...machine.idea, id: uuid(), title: 'New one' }, features: [] }
			]
		};

		const { id } = await sent(ada, JSON.stringify(changed));

		const { counts, demoted } = await previewImport(ada, { id });
		expect(counts).toMatchObject({
			new: { ideas: 1, features: 0 },
			changed: { ideas: 1, features: 0 },
			conflict: { ideas: 1, features: 0 },
			unchanged: { ideas: 0, features: 2 }
		});
		expect(demoted).toBe(0);
		expect((await listImport(ada, { id, verdict: 'changed' })).items).toMatchObject([
			{ changes: [{ field: 'notes', to: 'Other' }], path: 'ideas[1].idea' }
		]);
		expect((await listImport(ada, { id, verdict: 'conflict' })).items).toMatchObject([
			{ choice: 'skip', changes: [{ field: 'notes' }, { field: 'title' }] }
		]);
		expect(await titlesOf(ada)).toHaveLength(2);
		await confirmImport(ada, { id });
		expect(await titlesOf(ada)).toEqual(['New one', 'Put aside', 'Engine “α”']);
		expect(await db.idea.findUnique({ where: { id: engine.id } })).toMatchObject({
			notes: 'Other',
			version: 2
		});
	});

	test.each([
		['update', ['Renamed'], { changed: 1, created: 0 }],
		['create', ['Renamed', 'Kite'], { changed: 0, created: 2 }],
		['skip', ['Kite'], { changed: 0, created: 0 }]
	] as const)('lets conflicts be decided: %s', async (choice, titles, result) => {
		const ada = await createPerson();
		const kite = await createIdeaFor(ada, { title: 'Kite' });
		await createFeatureFor(ada, kite.id, { title: 'String' });
		const { id } = await sent(ada, one({ id: kite.id, title: 'Renamed' }, [{ title: 'String' }]));

		await chooseImport(ada, { id, choice });

		expect(await confirmImport(ada, { id })).toMatchObject(result);
		expect(await titlesOf(ada)).toEqual(titles);
	});

	test('that is out of date is refused, and taken once it was seen again', async () => {
		const ada = await createPerson();
		const kite = await createIdeaFor(ada, { title: 'Kite' });
		const file = await exportedAsJson(ada);
		const [first] = file.ideas;
		if (first) first.idea.notes = 'From the file';
		const { id } = await sent(ada, JSON.stringify(file));
		await updateIdea(ada, { id: kite.id, version: 1, notes: 'Mine' });

		await expect(confirmImport(ada, { id })).rejects.toMatchObject({
			cause: { reason: 'import.changed' }
		});

		await refreshImport(ada, { id });
		expect(await confirmImport(ada, { id })).toMatchObject({ changed: 0 });
		expect(await db.idea.findUnique({ where: { id: kite.id } })).toMatchObject({ notes: 'Mine' });
	});
});

describe('an import', () => {
	test('demotes the super-stars for which there is no room, and a second time changes nothing', async () => {
		const ada = await createPerson();
		const mine = await createIdeaFor(ada, { title: 'Mine', star: 'super' });
		const ideas = [1, 2, 3, 4].map((n) => ({
			idea: { title: `Idea ${n}`, star: 'super' },
			features: [1, 2, 3, 4].map((m) => ({ title: `Feature ${m}`, star: 'super' }))
		}));

		const { id } = await sent(ada, document(ideas));
		expect(await previewImport(ada, { id })).toMatchObject({ demoted: 2 });
		await confirmImport(ada, { id });

		const stars = await db.ideaMember.findMany({
			where: { userId: ada.userId, star: 'super' },
			orderBy: { position: 'asc' },
			select: { idea: { select: { title: true } } }
		});
		expect(stars.map(({ idea }) => idea.title)).toEqual(['Idea 1', 'Idea 2', 'Mine']);
		expect(await db.feature.count({ where: { star: 'super' } })).toBe(12);
		expect(await imported(ada, document(ideas))).toMatchObject({ created: 0, changed: 0 });
		await starIdea(ada, { id: mine.id, star: 'none' });
	});

	test('is taken back whole: new things go to the Trash, changed ones are as they were', async () => {
		const { ada, engine } = await createWorkspace();
		const before = await exportedAsJson(ada);
		const file = await exportedAsJson(ada);
		const machine = file.ideas[1];
		if (!machine) throw new Error('There are two ideas.');
		machine.idea.title = 'Renamed';
		machine.idea.star = 'none';
		machine.features.push({ ...machine.features[0]!, id: uuid(), title: 'Added' });
		file.ideas.push({ idea: { ...machine.idea, id: uuid(), title: 'Brought' }, features: [] });
		const changed = JSON.stringify({ ...file, ideaCount: 3, featureCount: 3 });

		const { created, undoToken } = await imported(ada, changed);
		expect(created).toBe(2);
		await undo(ada, { token: undoToken });

		expect(workOf(await exportedAsJson(ada)).map(({ updatedAt: _, ...idea }) => idea)).toEqual(
			workOf(before).map(({ updatedAt: _, ...idea }) => idea)
		);
		expect(await db.idea.count({ where: { ownerId: ada.userId, deletedAt: { not: null } } })).toBe(
			1
		);
		expect(await db.feature.count({ where: { ideaId: engine.id, deletedAt: { not: null } } })).toBe(
			1
		);
		// What was put back counts as changed here since the file was made, so it waits for a decision.
		expect(await imported(ada, changed)).toMatchObject({ created: 1, changed: 0 });
	});

	test('is not taken back once something of it was changed, and then nothing is done', async () => {
		const ada = await createPerson();
		const { undoToken } = await imported(
			ada,
			document([{ idea: { title: 'A' } }, { idea: { title: 'B' } }])
		);
		const [first] = await db.idea.findMany({ where: { ownerId: ada.userId, title: 'B' } });
		await updateIdea(ada, { id: first!.id, version: 1, title: 'Mine now' });

		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });

		expect(await titlesOf(ada)).toEqual(['A', 'Mine now']);
	});

	test('is one at a time, can be asked for again once it is done, and ends with the answer', async () => {
		const ada = await createPerson();
		const { id } = await sent(ada, one({ title: 'A' }));

		const results = await Promise.allSettled([1, 2, 3].map(() => confirmImport(ada, { id })));

		expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
		expect(await confirmImport(ada, { id })).toMatchObject({ created: 1, changed: 0 });
		expect(await titlesOf(ada)).toEqual(['A']);
	});

	test('that is cancelled leaves nothing', async () => {
		const ada = await createPerson();
		const { id } = await sent(ada, one({ title: 'A' }));

		await cancelImport(ada, { id });

		await expect(confirmImport(ada, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		expect(await titlesOf(ada)).toEqual([]);
	});

	test('is somebody’s own', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { id } = await sent(ada, one({ title: 'A' }));

		for (const act of [confirmImport, previewImport, cancelImport, refreshImport]) {
			await expect(act(bob, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
		}
	});

	test('is refused when there would be more ideas than there can be', async () => {
		const ada = await createPerson();
		await db.$executeRaw`
			INSERT INTO ideas (id, owner_id, client_key, title)
			SELECT gen_random_uuid(), ${ada.userId}::uuid, gen_random_uuid(), 'Idea'
			FROM generate_series(1, ${LIMITS.ideasPerPerson}::int)`;
		const { id } = await sent(ada, one({ title: 'One more' }));

		await expect(confirmImport(ada, { id })).rejects.toMatchObject({
			cause: { reason: 'import.ideaQuota' }
		});
		expect((await previewImport(ada, { id })).over).toBe(1);
	});

	test('is forgotten after a day, and what it did after a week', async () => {
		const ada = await createPerson();
		await imported(ada, one({ title: 'A' }));
		await sent(ada, one({ title: 'B' }));
		const ageBy = (days: number) =>
			db.import.updateMany({ data: { updatedAt: new Date(Date.now() - days * 86_400_000) } });
		await ageBy(2);

		await purgeImports(UNHURRIED);

		expect(await db.importItem.count()).toBe(0);
		expect(
			await db.import.findMany({ where: { userId: ada.userId }, select: { state: true } })
		).toEqual([{ state: 'done' }]);
		await ageBy(8);
		await purgeImports(UNHURRIED);
		expect([await db.import.count(), await db.importChange.count()]).toEqual([0, 0]);
	});
});

describe('a bad file', () => {
	const many = (count: number, of: (n: number) => unknown) =>
		Array.from({ length: count }, (_, n) => of(n));
	const id = uuid();

	test.each<[string, string, string, RegExp]>([
		['cut off', one({ title: 'A' }).slice(0, -4), 'ideas[0].features', /ends here/],
		['no JSON', 'Hello', '', /not JSON/],
		['something else', '[1,2]', '', /not a file of ideas/],
		['another version', document([], { schemaVersion: 2 }), 'schemaVersion', /version 1/],
		['ideas that are no list', '{"ideas":{"a":1}}', 'ideas', /a list/],
		['an idea that is none', document([7]), 'ideas[0]', /an object/],
		['an idea that is missing', document([{ features: [] }]), 'ideas[0].idea', /missing/],
		['a title that is a number', one({ title: 7 }), 'ideas[0].idea.title', /text/],
		[
			'a wrong type at depth',
			document([
				{ idea: { title: 'A' } },
				{
					idea: { title: 'B' },
					features: [{ title: 'x' }, { title: 'y', sections: [{ id, label: 'z', body: 4 }] }]
				}
			]),
			'ideas[1].features[1].sections[0].body',
			/text/
		],
		['too long a title', one({ title: 'x'.repeat(256) }), 'ideas[0].idea.title', /255/],
		[
			'a script as link',
			one({ title: 'A', linkUrl: 'javascript:alert(1)' }),
			'ideas[0].idea.linkUrl',
			/http/
		],
		[
			'an id twice',
			document([{ idea: { id, title: 'A' } }, { idea: { id, title: 'B' } }]),
			'ideas[1].idea.id',
			/same id/
		],
		['wrong counts', document([{ idea: { title: 'A' } }], { ideaCount: 2 }), 'ideaCount', /says 2/],
		['endless depth', `{"ideas":[{"idea":${'['.repeat(5_000)}`, 'ideas[0].idea', /deeply/],
		[
			'a million ideas',
			`{"ideas":[${'{"idea":{"title":"a"}},'.repeat(1_000_000)}`,
			'ideas',
			/20,000/
		],
		[
			'too many features',
			one(
				{ title: 'A' },
				many(1_001, (n) => ({ title: `F${n}` }))
			),
			'ideas[0].features',
			/1,000/
		],
		['a ZIP file', 'PK\u0003\u0004 and so on', '', /ZIP/],
		['nothing', document([]), 'ideas', /no idea/]
	])('is refused: %s', async (_, file, path, message) => {
		const ada = await createPerson();

		const { id: importId, state, problems } = await sent(ada, file);

		expect(state).toBe('refused');
		expect(problems[0]?.path).toContain(path);
		expect(problems[0]?.message).toMatch(message);
		expect(await db.importItem.count({ where: { importId } })).toBe(0);
		expect(await titlesOf(ada)).toEqual([]);
	});

	test('tells a hundred things that are wrong, and no more', async () => {
		const ada = await createPerson();

		const { problems } = await sent(ada, document(many(500, () => ({ idea: { title: '' } }))));

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
