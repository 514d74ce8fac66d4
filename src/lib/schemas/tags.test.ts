import { describe, expect, test } from 'vitest';
import { RenameTag, SetTags, Tag, TagIdeas } from './tags';

const id = '01890000-0000-7000-8000-000000000000';

describe('Tag', () => {
	test.each([
		['Garden', 'garden'],
		['  #Garden ', 'garden'],
		['été-2027', 'été-2027'],
		['two_words', 'two_words'],
		['日本', '日本'],
		['e\u0301te\u0301', 'été']
	])('takes %j as %j', (typed, tag) => {
		expect(Tag.parse(typed)).toBe(tag);
	});

	test.each(['', '#', 'two words', 'a,b', 'a#b', '<b>', 'a/b', '😀', 'x'.repeat(41), 7, 'a\u0000'])(
		'refuses %j',
		(typed) => {
			expect(Tag.safeParse(typed).success).toBe(false);
		}
	);
});

describe('lists of tags', () => {
	test('hold each tag once', () => {
		expect(SetTags.parse({ id, tags: ['b', 'A', 'a'] }).tags).toEqual(['b', 'a']);
	});

	test('hold twenty and no more', () => {
		const many = Array.from({ length: 21 }, (_, place) => `tag-${place}`);

		expect(SetTags.safeParse({ id, tags: many.slice(1) }).success).toBe(true);
		expect(SetTags.safeParse({ id, tags: many }).success).toBe(false);
	});

	test('must say what they are for', () => {
		expect(TagIdeas.safeParse({ ids: [id] }).success).toBe(false);
		expect(TagIdeas.safeParse({ ids: [id], add: ['a'], remove: ['a'] }).success).toBe(false);
		expect(RenameTag.safeParse({ from: 'a', to: 'A' }).success).toBe(false);
	});
});
