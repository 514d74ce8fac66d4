import { describe, expect, test } from 'vitest';
import { featureFieldsFrom, textsOfFeature, type FeatureFields } from './feature-fields';
import { colliding, differing, merged, sectionName } from './texts';

const base = { title: 'Kite', notes: 'paper', linkUrl: '' };

test('what is stored the same is no difference', () => {
	expect(differing(base, { ...base, title: ' Kite ', notes: 'paper' })).toEqual([]);
	expect(differing({ ...base, notes: 'a\nb' }, { ...base, notes: 'a\r\nb' })).toEqual([]);
	expect(differing({ ...base, title: 'Caf\u00e9' }, { ...base, title: 'Cafe\u0301' })).toEqual([]);
	expect(differing({ [sectionName('1')]: 'Name\nx' }, { [sectionName('1')]: ' Name \nx' })).toEqual(
		[]
	);
});

describe('two edits of one thing', () => {
	test('collide in a text that both changed', () => {
		const mine = { ...base, title: 'Red kite', notes: 'silk' };
		const theirs = { ...base, title: 'Blue kite' };

		expect(colliding({ base, mine, theirs })).toEqual(['title']);
	});

	test('do not collide when both made the same change', () => {
		const mine = { ...base, title: 'Red kite' };

		expect(colliding({ base, mine, theirs: { ...mine } })).toEqual([]);
	});

	test('are kept both when they are in different texts', () => {
		const mine = { ...base, notes: 'silk' };
		const theirs = { ...base, title: 'Blue kite' };

		expect(colliding({ base, mine, theirs })).toEqual([]);
		expect(merged({ base, mine, theirs })).toEqual({ ...base, title: 'Blue kite', notes: 'silk' });
	});

	test('come together as the person chooses', () => {
		const mine = { ...base, title: 'Red kite', notes: 'silk' };
		const theirs = { ...base, title: 'Blue kite', notes: 'foil' };
		const edits = { base, mine, theirs };

		expect(merged(edits)).toEqual(mine);
		expect(merged(edits, { title: 'theirs' })).toEqual({ ...mine, title: 'Blue kite' });
		expect(merged(edits, { notes: 'both' })).toEqual({ ...mine, notes: 'silk\n\nfoil' });
	});
});

describe('sections', () => {
	const feature = (...sections: [id: string, label: string, body: string][]): FeatureFields => ({
		title: 'Wheel',
		notes: '',
		visibility: 'inherit',
		sections: sections.map(([id, label, body]) => ({ id, label, body }))
	});
	const together = (edits: Record<'base' | 'mine' | 'theirs', FeatureFields>) => {
		const [first, mine, theirs] = [edits.base, edits.mine, edits.theirs].map(textsOfFeature);
		return { base: first ?? {}, mine: mine ?? {}, theirs: theirs ?? {} };
	};

	test('keep their texts, lines and order on the way to texts and back', () => {
		const fields = feature(['b', 'Steps', 'one\n\ntwo\n'], ['a', '', '']);

		expect(featureFieldsFrom(textsOfFeature(fields))).toEqual(fields);
	});

	test('that two people write in at once are both kept, and so are those that both add', () => {
		const edits = together({
			base: feature(['a', 'Parts', 'rim'], ['b', 'Steps', 'cut']),
			mine: feature(['a', 'Parts', 'rim, hub'], ['b', 'Steps', 'cut'], ['c', 'Mine', '']),
			theirs: feature(['a', 'Parts', 'rim'], ['b', 'Steps', 'saw'], ['d', 'Theirs', ''])
		});

		expect(colliding(edits)).toEqual([]);
		expect(featureFieldsFrom(merged(edits)).sections).toEqual([
			{ id: 'a', label: 'Parts', body: 'rim, hub' },
			{ id: 'b', label: 'Steps', body: 'saw' },
			{ id: 'c', label: 'Mine', body: '' },
			{ id: 'd', label: 'Theirs', body: '' }
		]);
	});

	test('that one person moves stand as moved, with what the other wrote', () => {
		const edits = together({
			base: feature(['a', 'Parts', 'rim'], ['b', 'Steps', 'cut']),
			mine: feature(['b', 'Steps', 'cut'], ['a', 'Parts', 'rim']),
			theirs: feature(['a', 'Parts', 'spokes'], ['b', 'Steps', 'cut'])
		});

		expect(colliding(edits)).toEqual([]);
		expect(featureFieldsFrom(merged(edits)).sections).toEqual([
			{ id: 'b', label: 'Steps', body: 'cut' },
			{ id: 'a', label: 'Parts', body: 'spokes' }
		]);
	});

	test('that one removes and the other writes in are a question, and come back if theirs is chosen', () => {
		const edits = together({
			base: feature(['a', 'Parts', 'rim']),
			mine: feature(),
			theirs: feature(['a', 'Parts', 'spokes'])
		});

		expect(colliding(edits)).toEqual([sectionName('a')]);
		expect(featureFieldsFrom(merged(edits)).sections).toEqual([]);
		expect(featureFieldsFrom(merged(edits, { [sectionName('a')]: 'theirs' })).sections).toEqual([
			{ id: 'a', label: 'Parts', body: 'spokes' }
		]);
	});

	test('of which both are kept have my name, and my text above theirs', () => {
		const edits = together({
			base: feature(['a', 'Parts', 'rim']),
			mine: feature(['a', 'My parts', 'hub']),
			theirs: feature(['a', 'Parts', 'spokes'])
		});

		expect(featureFieldsFrom(merged(edits, { [sectionName('a')]: 'both' })).sections).toEqual([
			{ id: 'a', label: 'My parts', body: 'hub\n\nspokes' }
		]);
	});
});
