import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { v4 as uuid } from 'uuid';
import { describe, expect, test } from 'vitest';
import { ideaExportSchema } from '$lib/server/idea-export-schema';
import { createFeatureFor, createIdeaFor, createPerson } from '#tests/support/factories';
import { isLong } from '#tests/support/long';
import {
	createWorkspace,
	exported,
	exportedAsJson,
	fileOf,
	fileOfOne,
	imported,
	sent,
	titlesOf,
	workOf
} from '#tests/support/transfer';
import { workspaces } from '#tests/support/workspaces';
import { db } from '../db';
import type { PersonalActor } from './actor';
import { archiveIdeas } from './archive';
import { completeFeature } from './feature-completion';
import { confirmImport } from './import-confirm';
import { listImport, previewImport } from './import-preview';
import { chooseImport, refreshImport } from './imports';
import { starIdea } from './stars';
import { setTags } from './tags';
import { deleteIdea } from './trash';
import { updateIdea } from './ideas';

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

describe('export and import', () => {
	test('give an empty account the same workspace, and a second time change nothing', async () => {
		await fc.assert(
			fc.asyncProperty(workspaces, async (ideas) => {
				const [ada, bob] = [await createPerson(), await createPerson()];
				await imported(ada, fileOf(ideas));
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
			{ numRuns: isLong ? 60 : 12 }
		);
	}, 300_000);

	test('keep what a file does not mention, and where nothing is told apart do nothing twice', async () => {
		const { ada, engine } = await createWorkspace();
		const bare = fileOfOne({ id: engine.id, title: 'Engine “α”' }, [
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

	test('shows a long text from where it begins to differ', async () => {
		const ada = await createPerson();
		const same = 'So it begins. '.repeat(100);
		const { id: ideaId } = await createIdeaFor(ada, { title: 'Kite', notes: `${same}Here.` });
		const given = { id: ideaId, title: 'Kite', notes: `${same}There.`, tags: ['brass'] };

		const { id } = await sent(ada, fileOfOne(given));

		const { items } = await listImport(ada, { id, verdict: 'conflict' });
		expect(items[0]?.changes).toEqual([
			{ field: 'tags', from: '', to: 'brass' },
			{
				field: 'notes',
				from: expect.stringMatching(/^…[^…]{30,50}Here\.$/),
				to: expect.stringMatching(/^…[^…]{30,50}There\.$/)
			}
		]);
	});

	test.each([
		['update', ['Renamed'], { changed: 1, created: 0 }],
		['create', ['Renamed', 'Kite'], { changed: 0, created: 2 }],
		['skip', ['Kite'], { changed: 0, created: 0 }]
	] as const)('lets conflicts be decided: %s', async (choice, titles, result) => {
		const ada = await createPerson();
		const kite = await createIdeaFor(ada, { title: 'Kite' });
		await createFeatureFor(ada, kite.id, { title: 'String' });
		const { id } = await sent(
			ada,
			fileOfOne({ id: kite.id, title: 'Renamed' }, [{ title: 'String' }])
		);

		await chooseImport(ada, { id, choice });

		expect(await confirmImport(ada, { id })).toMatchObject(result);
		expect(await titlesOf(ada)).toEqual(titles);
	});

	test.each<[string, object, (ada: PersonalActor, ideaId: string) => Promise<unknown>]>([
		['stars', { star: 'none' }, (ada, id) => starIdea(ada, { id, star: 'super' })],
		['tags', { tags: ['brass'] }, (ada, id) => setTags(ada, { id, tags: ['wood'] })],
		['the archive', { archivedAt: null }, (ada, id) => archiveIdeas(ada, { ids: [id] })]
	])(
		'that does not know %s of now is refused, if the file says something about that',
		async (_, given, act) => {
			const ada = await createPerson();
			const { id: ideaId } = await createIdeaFor(ada, { title: 'Kite', star: 'star' });
			const bare = { id: ideaId, title: 'Kite', notes: 'Other' };
			const says = await sent(ada, fileOfOne({ ...bare, ...given }));
			await act(ada, ideaId);

			await expect(confirmImport(ada, says)).rejects.toMatchObject({
				cause: { reason: 'import.changed' }
			});

			const saysNothing = await sent(ada, fileOfOne(bare));
			await chooseImport(ada, { id: saysNothing.id, choice: 'update' });
			await act(ada, ideaId);
			expect(await confirmImport(ada, saysNothing)).toMatchObject({ changed: 1 });
		}
	);

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

	test.each([
		[{ star: 'super' }, true, { star: 'none', starBeforeDone: 'super' }],
		[{ star: 'none' }, true, { star: 'none', starBeforeDone: 'star' }],
		[{ completedAt: null }, false, { star: 'star', starBeforeDone: null }],
		[{ completedAt: null, star: 'none' }, false, { star: 'none', starBeforeDone: null }],
		[{ starBeforeDone: 'super' }, true, { star: 'none', starBeforeDone: 'star' }]
	])('keeps star and completion together: %j over what is done', async (given, isDone, state) => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada, { title: 'Kite' });
		const string = await createFeatureFor(ada, id, { title: 'String', star: 'star' });
		await completeFeature(ada, { id: string.id });
		const file = fileOfOne({ id, title: 'Kite' }, [{ id: string.id, title: 'String', ...given }]);

		const sentFile = await sent(ada, file);
		await chooseImport(ada, { id: sentFile.id, choice: 'update' });
		await confirmImport(ada, sentFile);

		const feature = await db.feature.findUniqueOrThrow({ where: { id: string.id } });
		expect(feature).toMatchObject(state);
		expect(feature.completedAt !== null).toBe(isDone);
	});

	test('puts the star of what becomes done aside, as one does by hand', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada, { title: 'Kite' });
		const string = await createFeatureFor(ada, id, { title: 'String', star: 'star' });
		const completedAt = '2026-01-02T03:04:05.678Z';
		const done = { id: string.id, title: 'String', completedAt };

		const sentFile = await sent(ada, fileOfOne({ id, title: 'Kite' }, [done]));
		await chooseImport(ada, { id: sentFile.id, choice: 'update' });
		await confirmImport(ada, sentFile);

		expect(await db.feature.findUnique({ where: { id: string.id } })).toMatchObject({
			star: 'none',
			starBeforeDone: 'star',
			completedAt: new Date(completedAt)
		});
	});
});
