import { v4 as uuid } from 'uuid';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '$lib/limits';
import type { Conversion } from '$lib/schemas/conversions';
import { convert, kiteAndToys, rowsOf, section } from '#tests/support/conversions';
import { createFeatureFor, createIdeaFor, createPerson, shareIdea } from '#tests/support/factories';
import { collectStatements } from '#tests/support/statements';
import { db } from '../db';
import { findTargets, previewConversion, runConversion } from './conversions';
import { completeFeature } from './feature-completion';
import { getFeature, listFeatures, updateFeature } from './features';
import { getIdea, updateIdea } from './ideas';
import { setTags } from './tags';
import type { PersonalActor } from './actor';

describe('an idea becomes a feature', () => {
	test('with its features as sections, its link as a section, and its star', async () => {
		const { ada, toys, kite, tail, line, into } = await kiteAndToys();

		const { featureId, ideaId } = await convert(ada, into('sections'));

		expect(ideaId).toBe(toys.id);
		const feature = await getFeature(ada, { id: featureId ?? '' });
		expect(feature).toMatchObject({ title: 'Kite', notes: 'Light paper.', star: 'super' });
		expect(feature.sections).toMatchObject([
			{ label: 'Link', body: 'Plan\nhttps://example.com/kite' },
			{ id: tail.id, label: 'Tail', body: 'Long.\n\n### Colours\n\nRed.\n\nBlue.' },
			{ id: line.id, label: 'Line', body: '' }
		]);
		await expect(getIdea(ada, { id: kite.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});

	test('with its features beside it: they keep their ids, their texts of before, and their checks', async () => {
		const { ada, toys, tail, line, into } = await kiteAndToys();
		await updateFeature(ada, { id: tail.id, version: 1, title: 'A long tail' });
		await completeFeature(ada, { id: tail.id });

		const { featureId } = await convert(ada, into('features'));

		const features = await listFeatures(ada, { ideaId: toys.id });
		expect(features.map(({ id }) => id).slice(1)).toEqual([featureId, tail.id, line.id]);
		expect(features.map(({ title }) => title)).toEqual(['A ball', 'Kite', 'A long tail', 'Line']);
		expect(features[2]?.completedAt).toBeInstanceOf(Date);
		const [revision] = await db.revision.findMany({ where: { featureId: tail.id } });
		expect(revision?.ideaId).toBe(toys.id);
	});

	test('super-stars beyond those of the target come as stars, and the preview says so', async () => {
		const { ada, toys, into } = await kiteAndToys();
		for (let given = 0; given < 3; given += 1) {
			await createFeatureFor(ada, toys.id, { star: 'super' });
		}
		const { notes } = await previewConversion(ada, into('features'));

		const { featureId } = await convert(ada, into('features'));

		expect(notes.map(({ reason }) => reason)).toContain('convert.starDemoted');
		const features = await listFeatures(ada, { ideaId: toys.id });
		expect(features.filter(({ star }) => star === 'super')).toHaveLength(3);
		expect(features.find(({ id }) => id === featureId)?.star).toBe('star');
	});

	test.each(['features', 'sections'] as const)(
		'reads no texts that it does not need: many features as %s',
		async (children) => {
			const { ada, kite, into } = await kiteAndToys();
			const notes = 'Nobody needs this.';
			for (let n = 0; n < LIMITS.sectionsPerFeature; n += 1) {
				await createFeatureFor(ada, kite.id, { title: `Part ${n}`, notes });
			}

			const statements = await collectStatements(() => previewConversion(ada, into(children)));

			expect(statements.filter((sql) => sql.includes('"sections"'))).toEqual([]);
			const { problems, steps } = await previewConversion(ada, into(children));
			expect(problems.map(({ reason }) => reason)).toEqual(
				children === 'sections' ? ['convert.tooManySections'] : []
			);
			expect(steps.filter(({ from }) => from.what === 'feature')).toHaveLength(27);
		}
	);

	test('what a private feature says stays private', async () => {
		const { ada, tail, into } = await kiteAndToys();
		await updateFeature(ada, { id: tail.id, version: 1, visibility: 'private' });

		const { featureId } = await convert(ada, into('sections'));

		expect(await getFeature(ada, { id: featureId ?? '' })).toMatchObject({ visibility: 'private' });
	});

	test('the preview names everything before and after, and changes nothing', async () => {
		const { ada, kite, into } = await kiteAndToys();
		await setTags(ada, { id: kite.id, tags: ['paper'] });
		const before = await rowsOf(ada);

		const { steps, notes, problems } = await previewConversion(ada, into('sections'));

		expect(
			steps.map(({ from, to }) => `${from.what} ${from.name} > ${to.what} ${to.name}`)
		).toEqual([
			'idea Kite > feature Kite, in Toys',
			'notes Kite > notes Kite',
			'link https://example.com/kite > section Link',
			'feature Tail > section Tail',
			'section Tail: Colours > section in Tail',
			'section Tail:  > section in Tail',
			'feature Line > section Line'
		]);
		const reasons = notes.map(({ reason }) => reason);
		expect(reasons).toEqual(['convert.starsLost', 'convert.tagsLost', 'convert.ideaToTrash']);
		expect(problems).toEqual([]);
		expect(await rowsOf(ada)).toEqual(before);
	});
});

describe('what does not fit is refused, and nothing is done', () => {
	const refused = async (actor: PersonalActor, conversion: Conversion, reason: string) => {
		const before = await rowsOf(actor);
		const { problems } = await previewConversion(actor, conversion);

		expect(problems.map((one) => one.reason)).toEqual([reason]);
		await expect(convert(actor, conversion)).rejects.toMatchObject({
			code: 'BAD_REQUEST',
			cause: { reason }
		});
		expect(await rowsOf(actor)).toEqual(before);
	};

	test('a title longer than the name of a section', async () => {
		const { ada, kite, into } = await kiteAndToys();
		await createFeatureFor(ada, kite.id, { title: 'x'.repeat(61) });

		await refused(ada, into('sections'), 'convert.labelTooLong');
		expect((await previewConversion(ada, into('features'))).problems).toEqual([]);
	});

	test('notes and sections that are too long together', async () => {
		const { ada, kite, into } = await kiteAndToys();
		const sections = [section('More', 'y'.repeat(9_000))];
		await createFeatureFor(ada, kite.id, { title: 'Long', notes: 'x'.repeat(1_000), sections });

		await refused(ada, into('sections'), 'convert.bodyTooLong');
	});

	test('more than 25 sections', async () => {
		const { ada, kite, into } = await kiteAndToys();
		for (let place = 0; place < 23; place += 1) await createFeatureFor(ada, kite.id);

		await refused(ada, into('sections'), 'convert.tooManySections');
	});

	test('more features than an idea may have', async () => {
		const { ada, toys, into } = await kiteAndToys();
		await db.feature.createMany({
			data: Array.from({ length: 998 }, () => ({
				...{ ideaId: toys.id, clientKey: uuid(), title: 'One', position: 'a0' }
			}))
		});

		await refused(ada, into('features'), 'convert.tooManyFeatures');
	});

	test('sections that make the notes of the new idea too long', async () => {
		const { ada, toys } = await kiteAndToys();
		const sections = [section('One', 'x'.repeat(6_000)), section('Two', 'y'.repeat(6_000))];
		const { id } = await createFeatureFor(ada, toys.id, { sections });

		await refused(ada, { kind: 'featureToIdea', id, children: 'notes' }, 'convert.notesTooLong');
	});
});

describe('who may convert', () => {
	test('only the owner, into what they may change', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const [hers, his] = [await createIdeaFor(ada), await createIdeaFor(bob)];
		const { id: featureId } = await createFeatureFor(ada, hers.id);
		const into = (id: string, targetId: string) =>
			({ kind: 'ideaToFeature', id, targetId, children: 'features' }) as const;
		await shareIdea(hers.id, bob, 'editor');

		await expect(previewConversion(bob, into(hers.id, his.id))).rejects.toMatchObject({
			code: 'FORBIDDEN'
		});
		await expect(
			previewConversion(bob, { kind: 'featureToIdea', id: featureId, children: 'notes' })
		).rejects.toMatchObject({ code: 'FORBIDDEN' });
		await expect(previewConversion(ada, into(hers.id, his.id))).rejects.toMatchObject({
			code: 'NOT_FOUND'
		});
		await convert(bob, into(his.id, hers.id));
		expect((await listFeatures(ada, { ideaId: hers.id })).length).toBe(2);
	});

	test('targets are found by words of their title, without itself and what one may only read', async () => {
		const [ada, bob] = [await createPerson(), await createPerson()];
		const { id } = await createIdeaFor(ada, { title: 'A kite' });
		const other = await createIdeaFor(ada, { title: '100% kites' });
		const theirs = await createIdeaFor(bob, { title: 'Kite club' });
		await shareIdea(theirs.id, ada, 'viewer');

		const found = await findTargets(ada, { id, text: 'KITE' });

		expect(found).toEqual([{ id: other.id, title: '100% kites' }]);
		expect(await findTargets(ada, { id, text: '%k' })).toEqual([]);
	});
});

describe('what has changed since the preview', () => {
	test.each(['its text', 'a feature', 'a new feature', 'the room for stars'])(
		'%s: nothing happens',
		async (what) => {
			const { ada, toys, kite, tail, into } = await kiteAndToys();
			const conversion = into('features');
			const { seen } = await previewConversion(ada, conversion);
			if (what === 'its text') await updateIdea(ada, { id: kite.id, version: 1, notes: 'Other.' });
			if (what === 'a feature')
				await updateFeature(ada, { id: tail.id, version: 1, notes: 'Now.' });
			if (what === 'a new feature') await createFeatureFor(ada, kite.id);
			if (what === 'the room for stars') {
				for (let given = 0; given < 3; given += 1) {
					await createFeatureFor(ada, toys.id, { star: 'super' });
				}
			}
			const before = await rowsOf(ada);

			await expect(runConversion(ada, { conversion, seen })).rejects.toMatchObject({
				code: 'CONFLICT'
			});

			expect(await rowsOf(ada)).toEqual(before);
		}
	);

	test('of two at once one happens', async () => {
		const { ada, toys, into } = await kiteAndToys();
		const conversion = into('sections');
		const { seen } = await previewConversion(ada, conversion);

		const both = await Promise.allSettled([
			runConversion(ada, { conversion, seen }),
			runConversion(ada, { conversion, seen })
		]);

		expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
		expect(await listFeatures(ada, { ideaId: toys.id })).toHaveLength(2);
	});
});

describe('a feature becomes an idea', () => {
	test('with its sections as features, and back through the link', async () => {
		const { ada, toys } = await kiteAndToys();
		const sections = [
			section('Link', 'Plan\nhttps://example.com/kite'),
			section('Tail', 'Long.'),
			section('', 'Nameless.')
		];
		const given = { title: 'Kite', notes: 'Paper.', sections, star: 'star' as const };
		const { id } = await createFeatureFor(ada, toys.id, given);

		const { ideaId } = await convert(ada, { kind: 'featureToIdea', id, children: 'features' });

		expect(await getIdea(ada, { id: ideaId })).toMatchObject({
			...{ title: 'Kite', notes: 'Paper.', star: 'star', role: 'owner', visibility: 'private' },
			...{ linkUrl: 'https://example.com/kite', linkLabel: 'Plan' }
		});
		const features = await listFeatures(ada, { ideaId });
		expect(features.map(({ title }) => title)).toEqual(['Tail', 'Section 2']);
		await expect(getFeature(ada, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
	});

	test('with its sections in the notes; a super-star without room comes as a star', async () => {
		const { ada, toys } = await kiteAndToys();
		await createIdeaFor(ada, { star: 'super' });
		await createIdeaFor(ada, { star: 'super' });
		const sections = [section('Tail', 'Long.'), section('Link', 'not an address')];
		const given = { notes: 'Paper.', sections, star: 'super' as const };
		const { id } = await createFeatureFor(ada, toys.id, given);

		const { ideaId } = await convert(ada, { kind: 'featureToIdea', id, children: 'notes' });

		expect(await getIdea(ada, { id: ideaId })).toMatchObject({
			...{ notes: 'Paper.\n\n## Tail\n\nLong.\n\n## Link\n\nnot an address' },
			...{ star: 'star', linkUrl: null }
		});
	});
});
