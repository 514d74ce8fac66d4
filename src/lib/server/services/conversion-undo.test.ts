import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convert, kiteAndToys, rowsOf, section } from '#tests/support/conversions';
import { createFeatureFor, createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { isLong } from '#tests/support/long';
import { completeFeature } from './feature-completion';
import { starFeature } from './feature-stars';
import { updateFeature } from './features';
import { getIdea, updateIdea } from './ideas';
import { setTags } from './tags';
import { deleteIdea } from './trash';
import { undo } from './undo';

describe('undo', () => {
	const star = fc.constantFrom('none', 'star', 'super' as const);
	const text = fc.constantFrom('', 'One line.', '# A title\n\n- [ ] a task', 'ünïcödé 𐐨 👩‍👩‍👧');
	const feature = fc.record({
		title: fc.constantFrom('A', 'Tail', 'Zwölf Boxkämpfer'),
		notes: text,
		star,
		done: fc.boolean(),
		visibility: fc.constantFrom('inherit', 'private' as const),
		labels: fc.array(fc.constantFrom('', 'Colours', 'Link'), { maxLength: 3 })
	});
	const world = fc.record({
		star,
		notes: text,
		link: fc.boolean(),
		tags: fc.subarray(['a', 'b']),
		features: fc.array(feature, { maxLength: 4 }),
		asIdea: fc.boolean(),
		children: fc.boolean()
	});

	test('brings back every row as it was, whatever was converted and however', async () => {
		const ada = await createPerson();
		await fc.assert(
			fc.asyncProperty(world, async (given) => {
				const target = await createIdeaFor(ada, { title: 'Toys' });
				const link = given.link ? { linkUrl: 'https://example.com/', linkLabel: null } : {};
				const idea = await createIdeaFor(ada, { star: given.star, notes: given.notes, ...link });
				await setTags(ada, { id: idea.id, tags: given.tags });
				let last = (await createFeatureFor(ada, idea.id, { title: 'First' })).id;
				for (const { done, labels, ...one } of given.features) {
					const sections = labels.map((label) => section(label, one.notes));
					last = (await createFeatureFor(ada, idea.id, { ...one, sections })).id;
					await updateFeature(ada, { id: last, version: 1, notes: 'Changed.' });
					if (done) await completeFeature(ada, { id: last });
				}
				const before = await rowsOf(ada);

				const { undoToken } = await convert(
					ada,
					given.asIdea
						? { kind: 'featureToIdea', id: last, children: given.children ? 'features' : 'notes' }
						: {
								...{ kind: 'ideaToFeature', id: idea.id, targetId: target.id },
								children: given.children ? 'features' : 'sections'
							}
				);
				expect(await rowsOf(ada)).not.toEqual(before);
				await undo(ada, { token: undoToken });

				expect(await rowsOf(ada)).toEqual(before);
				await deleteIdea(ada, { id: idea.id });
			}),
			{ numRuns: isLong ? 60 : 20 }
		);
	}, 120_000);

	test.each([
		'the new feature was changed',
		'a feature beside it was starred',
		'it was used before'
	])('is refused when %s, and changes nothing', async (what) => {
		const { ada, tail, into } = await kiteAndToys();
		const { featureId, undoToken } = await convert(ada, into('features'));
		if (what === 'the new feature was changed') {
			await updateFeature(ada, { id: featureId ?? '', version: 1, notes: 'More.' });
		}
		if (what === 'a feature beside it was starred') {
			await starFeature(ada, { id: tail.id, star: 'star' });
		}
		if (what === 'it was used before') await undo(ada, { token: undoToken });
		const before = await rowsOf(ada);

		await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({
			code: what === 'it was used before' ? 'NOT_FOUND' : 'CONFLICT'
		});

		expect(await rowsOf(ada)).toEqual(before);
	});

	test.each(['text', 'tags', 'members', 'features'])(
		'leaves a new idea alone whose %s changed',
		async (what) => {
			const { ada, tail } = await kiteAndToys();
			const conversion = { kind: 'featureToIdea', id: tail.id, children: 'features' } as const;
			const { ideaId, undoToken } = await convert(ada, conversion);
			if (what === 'text') await updateIdea(ada, { id: ideaId, version: 1, notes: 'More.' });
			if (what === 'tags') await setTags(ada, { id: ideaId, tags: ['mine'] });
			if (what === 'members') await shareIdea(ideaId, await createPerson(), 'viewer');
			if (what === 'features') await createFeatureFor(ada, ideaId);

			await expect(undo(ada, { token: undoToken })).rejects.toMatchObject({ code: 'CONFLICT' });

			await getIdea(ada, { id: ideaId });
		}
	);
});
