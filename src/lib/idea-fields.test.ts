import { describe, expect, test } from 'vitest';
import { colliding, differing, merged, type IdeaFields } from './idea-fields';

const base: IdeaFields = {
	title: 'Kite',
	notes: 'paper',
	linkUrl: '',
	linkLabel: '',
	visibility: 'private'
};

test('what is stored the same is no difference', () => {
	expect(differing(base, { ...base, title: ' Kite ', notes: 'paper' })).toEqual([]);
	expect(differing({ ...base, notes: 'a\nb' }, { ...base, notes: 'a\r\nb' })).toEqual([]);
	expect(differing({ ...base, title: 'Caf\u00e9' }, { ...base, title: 'Cafe\u0301' })).toEqual([]);
});

describe('two edits of one idea', () => {
	test('collide in a field that both changed', () => {
		const mine = { ...base, title: 'Red kite', notes: 'silk' };
		const theirs = { ...base, title: 'Blue kite' };

		expect(colliding(base, mine, theirs)).toEqual(['title']);
	});

	test('do not collide when both made the same change', () => {
		const mine = { ...base, title: 'Red kite' };

		expect(colliding(base, mine, { ...mine })).toEqual([]);
	});

	test('are kept both when they are in different fields', () => {
		const mine = { ...base, notes: 'silk' };
		const theirs = { ...base, title: 'Blue kite' };

		expect(colliding(base, mine, theirs)).toEqual([]);
		expect(merged(base, mine, theirs)).toEqual({ ...base, title: 'Blue kite', notes: 'silk' });
	});
});
