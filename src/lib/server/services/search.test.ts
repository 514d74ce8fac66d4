import { beforeAll, describe, expect, test } from 'vitest';
import type { SearchPage } from '$lib/search';
import { createFeatureFor, createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { countStatements } from '#tests/support/statements';
import { db } from '../db';
import { updateFeature } from './features';
import { updateIdea } from './ideas';
import { findText } from './search';
import { listTitles } from './search-titles';
import { deleteIdea } from './trash';

type Person = Awaited<ReturnType<typeof createPerson>>;

const titlesOf = ({ hits }: SearchPage) =>
	hits.filter(({ isNear }) => !isNear).map(({ title }) => title.map(({ text }) => text).join(''));
const find = async (actor: Person, q: string) => titlesOf(await findText(actor, { q }));
const marked = (segments: { text: string; hit: boolean }[]) =>
	segments.map(({ text, hit }) => (hit ? `[${text}]` : text)).join('');

describe('findText', () => {
	let ada: Person;
	let bob: Person;

	beforeAll(async () => {
		[ada, bob] = [await createPerson(), await createPerson()];
		const engine = await createIdeaFor(ada, {
			title: 'Analytical engine',
			notes: 'Made of brass.'
		});
		await createFeatureFor(ada, engine.id, {
			title: 'A mill',
			notes: 'It grinds numbers.',
			sections: [{ id: crypto.randomUUID(), label: 'Risks', body: 'The brass may bend.' }]
		});
		await createIdeaFor(ada, { title: 'Brass band', star: 'super', linkUrl: 'https://a.example/' });
		await createIdeaFor(ada, { title: 'Café in Zürich', notes: 'Straße & co' });
		await createIdeaFor(ada, { title: '100% wool_socks' });
		await createIdeaFor(ada, { title: '1000 woolXsocks' });
		await createIdeaFor(ada, { title: 'שלום עולם' });
		await createIdeaFor(ada, { title: '全文検索エンジンを作る' });
		await createIdeaFor(ada, { title: 'C++ & <b>HTML</b>' });
		await createIdeaFor(bob, { title: 'Bob’s brass' });
	});

	test('puts titles before labels before texts, and finds the texts of sections', async () => {
		expect(await find(ada, 'brass')).toEqual(['Brass band', 'Analytical engine', 'A mill']);
		expect(await find(ada, 'risks')).toEqual(['A mill']);
		expect(await find(ada, 'bend')).toEqual(['A mill']);
	});

	test.each([
		['the beginning of the last word', 'analytical eng', ['Analytical engine']],
		['no beginning of an earlier word', 'analyt engine', []],
		['a phrase', '"made of brass"', ['Analytical engine']],
		['no phrase in another order', '"brass of made"', []],
		['accents and their absence', 'cafe zurich', ['Café in Zürich']],
		['accents that the title lacks', 'ánalytical', ['Analytical engine']],
		['letters that are spelled out', 'strasse', ['Café in Zürich']],
		['capitals', 'BAND', ['Brass band']],
		['what an exclusion leaves', 'brass -band -mill', ['Analytical engine']],
		['an underscore as itself', 'wool_socks', ['100% wool_socks']],
		['a percent sign alone', '%', ['100% wool_socks']],
		['a percent sign after a number', '100%', ['100% wool_socks']],
		['right-to-left words', 'עולם', ['שלום עולם']],
		['a part of a sentence without spaces', '検索', ['全文検索エンジンを作る']],
		['no sentence with the same signs in another order', '索検', []],
		['operators as nothing special', "brass & | ! <-> :* ( ) ' \\", []],
		['quotes', "o'brass", []],
		['a quotation that never ends', '"made of', ['Analytical engine']],
		['nothing of signs that nothing has', '... !!! ~', []],
		['a sign among signs', '& <b>', ['C++ & <b>HTML</b>']],
		['an unknown filter as words', 'is:brass', []],
		['a title with signs', 'C++', ['C++ & <b>HTML</b>']],
		['only what is super', 'is:super', ['Brass band']],
		['only what has a link', 'brass has:link', ['Brass band']],
		['only features that are open', 'is:open', ['A mill']],
		['nothing that is done', 'is:done', []]
	])('finds %s', async (_, q, expected) => {
		expect(await find(ada, q)).toEqual(expected);
	});

	test('marks what was found, and hands out no markup', async () => {
		const { hits } = await findText(ada, { q: 'htm' });

		expect(marked(hits[0]?.title ?? [])).toBe('C++ & <b>[HTM]L</b>');
		const [mill] = (await findText(ada, { q: 'bend' })).hits;
		expect(marked(mill?.excerpt ?? [])).toContain('may [bend]');
		expect(mill).toMatchObject({ kind: 'feature', ideaTitle: 'Analytical engine' });
	});

	test('finds titles that nearly say it when nothing says it, and names the nearest', async () => {
		const page = await findText(ada, { q: 'analitical enigne' });

		expect(titlesOf(page)).toEqual([]);
		expect(page.didYouMean).toBe('Analytical engine');
		expect(page.hits[0]).toMatchObject({ isNear: true });
	});

	test('finds nothing of anyone else’s, not even nearly', async () => {
		expect(await find(bob, 'engine')).toEqual([]);
		expect((await findText(bob, { q: 'analitical' })).hits).toEqual([]);
		expect(await find(bob, 'brass')).toEqual(['Bob’s brass']);
	});

	test('takes ten thousand characters as the first of them, and says so', async () => {
		const page = await findText(ada, { q: 'x'.repeat(8_000) });

		expect(page.hits).toEqual([]);
		expect(page.notes).toHaveLength(1);
		await expect(findText(ada, { q: '['.repeat(300) + '"-' })).resolves.toMatchObject({ hits: [] });
	});

	test('asks for nothing when nothing is asked', async () => {
		expect(await countStatements(() => findText(ada, { q: ' "" ' }))).toBe(0);
	});
});

describe('what is shared, private, changed, put aside or thrown away', () => {
	test('a viewer finds shared features, but no private ones; an editor finds both', async () => {
		const [ada, viewer, editor] = await Promise.all([
			createPerson(),
			createPerson(),
			createPerson()
		]);
		const idea = await createIdeaFor(ada, { title: 'Shared plan' });
		await createFeatureFor(ada, idea.id, { title: 'Open gearbox' });
		await createFeatureFor(ada, idea.id, { title: 'Secret gearbox', visibility: 'private' });
		await shareIdea(idea.id, viewer, 'viewer');
		await shareIdea(idea.id, editor, 'editor');

		expect(await find(viewer, 'gearbox')).toEqual(['Open gearbox']);
		expect(await find(editor, 'gearbox')).toHaveLength(2);
		expect(JSON.stringify(await findText(viewer, { q: 'secrt gearbx' }))).not.toContain('Secret');
		expect(JSON.stringify(await listTitles(viewer, {}))).not.toContain('Secret');
	});

	test('a change is found at once, and what it replaced no longer', async () => {
		const ada = await createPerson();
		const idea = await createIdeaFor(ada, { title: 'Before' });
		const feature = await createFeatureFor(ada, idea.id, { title: 'Foremost' });

		await updateIdea(ada, { id: idea.id, version: 1, title: 'Afterwards' });
		await updateFeature(ada, { id: feature.id, version: 1, notes: 'Hindmost' });

		expect(await find(ada, 'before')).toEqual([]);
		expect(await find(ada, 'afterw')).toEqual(['Afterwards']);
		expect(await find(ada, 'hindmost')).toEqual(['Foremost']);
	});

	test('what is in the Trash is found only there', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada, { title: 'Thrown kettle' });
		await deleteIdea(ada, { id });

		expect(await find(ada, 'kettle')).toEqual([]);
		expect(await find(ada, 'kettle in:trash')).toEqual(['Thrown kettle']);
	});

	test('what is put aside is found, and can be asked for by that and by its tags', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada, { title: 'Old kettle' });
		await createIdeaFor(ada, { title: 'New kettle' });
		await db.ideaMember.updateMany({
			where: { ideaId: id },
			data: { archivedAt: new Date(), tags: ['kitchen'] }
		});

		expect(await find(ada, 'kettle')).toHaveLength(2);
		expect(await find(ada, 'kettle is:archived')).toEqual(['Old kettle']);
		expect(await find(ada, 'tag:Kitchen')).toEqual(['Old kettle']);
	});

	test('what is gone for good leaves no entry', async () => {
		const ada = await createPerson();
		const { id } = await createIdeaFor(ada);
		await createFeatureFor(ada, id);
		await db.idea.delete({ where: { id }, select: { id: true } });

		expect(await db.searchEntry.count({ where: { ownerId: ada.userId } })).toBe(0);
	});
});

describe('pages', () => {
	test('pages come to the end without a repeat, in one statement each', async () => {
		const ada = await createPerson();
		const idea = await createIdeaFor(ada, { title: 'Row of pearls' });
		await db.feature.createMany({
			data: Array.from({ length: 70 }, (_, n) => ({
				ideaId: idea.id,
				clientKey: crypto.randomUUID(),
				title: n % 3 ? `Pearl ${n % 5}` : `Bead ${n}`,
				notes: n % 2 ? 'A pearl among pearls' : 'pearl',
				position: `a${n}`
			}))
		});
		const seen: string[] = [];

		let cursor: string | undefined;
		do {
			const ask = { q: 'pearl', cursor };
			let page: SearchPage | undefined;
			const statements = await countStatements(async () => (page = await findText(ada, ask)));
			expect(statements).toBe(1);
			seen.push(...(page?.hits.map(({ id }) => id) ?? []));
			cursor = page?.nextCursor;
		} while (cursor);

		expect(seen).toHaveLength(71);
		expect(new Set(seen).size).toBe(71);
		await expect(findText(ada, { q: 'pearl', cursor: 'bm8' })).rejects.toMatchObject({
			code: 'BAD_REQUEST'
		});
	});
});

describe('listTitles', () => {
	test('lists them once, and afterwards only says that nothing has changed', async () => {
		const ada = await createPerson();
		const idea = await createIdeaFor(ada, { title: 'An idea' });
		await createFeatureFor(ada, idea.id, { title: 'A feature' });

		const first = await listTitles(ada, {});
		const again = await listTitles(ada, { version: first.version });
		await updateIdea(ada, { id: idea.id, version: 1, title: 'Renamed' });
		const changed = await listTitles(ada, { version: first.version });

		expect(first).toMatchObject({
			isWhole: true,
			items: [
				[idea.id, 'An idea'],
				[expect.any(String), 'A feature', 0]
			]
		});
		expect(again).toEqual({ version: first.version, isWhole: true });
		expect(changed.items?.[0]).toEqual([idea.id, 'Renamed']);
	});

	test('gives someone without ideas an empty list', async () => {
		expect(await listTitles(await createPerson(), {})).toMatchObject({ items: [], isWhole: true });
	});
});
