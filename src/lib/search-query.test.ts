import { describe, expect, test } from 'vitest';
import { LIMITS } from './limits';
import { boardNotes, isEmptySearch, parseSearch, toggleFilter } from './search-query';

describe('parseSearch', () => {
	test.each([
		['  ', { phrases: [], lastBegins: false }],
		['garden eng', { phrases: ['garden', 'eng'], lastBegins: true }],
		['garden ', { phrases: ['garden'], lastBegins: false }],
		['"the garden" path', { phrases: ['the garden', 'path'], lastBegins: true }],
		['“two words”', { phrases: ['two words'], lastBegins: false }],
		['"never closed', { phrases: ['never closed'], lastBegins: false }],
		['garden -wall -"old gate"', { phrases: ['garden'], without: ['wall', 'old gate'] }],
		['is:starred IS:DONE is:done', { phrases: [], filters: ['is:starred', 'is:done'] }],
		['tag:Home in:trash', { tags: ['home'], filters: ['in:trash'] }],
		['100% a_b', { phrases: ['100%', 'a_b'], lastBegins: true }],
		['100%', { phrases: ['100%'], lastBegins: false }],
		['a & b | !c <-> d:*', { phrases: ['a', '&', 'b', '|', '!c', '<->', 'd:*'] }],
		['-', { phrases: ['-'] }],
		['""', { phrases: [] }],
		['שלום עולם', { phrases: ['שלום', 'עולם'], lastBegins: true }],
		['検索', { phrases: ['検索'], lastBegins: true }]
	])('takes %j apart', (typed, expected) => {
		expect(parseSearch(typed)).toMatchObject({ ...expected, notes: [] });
	});

	test('says which filter it does not know, and searches for it as words', () => {
		const query = parseSearch('is:shiny garden');

		expect(query.phrases).toEqual(['is:shiny', 'garden']);
		expect(query.notes).toEqual(['“is:shiny” is no filter, so it was searched for as words.']);
	});

	test('says that a filter cannot be turned round', () => {
		expect(parseSearch('garden -is:done').notes).toEqual([
			'Filters cannot be turned round: “-is:done” leaves out the words.'
		]);
	});

	test('says which filters have no place on a board', () => {
		expect(boardNotes(parseSearch('is:done is:starred is:odd'))).toEqual([
			'“is:odd” is no filter, so it was searched for as words.',
			'“is:done” fits no idea on a board. Search everything for it.'
		]);
	});

	test('cuts ten thousand characters and says so', () => {
		const query = parseSearch('😀'.repeat(10_000));

		expect([...query.phrases.join('')]).toHaveLength(LIMITS.searchChars);
		expect(query.notes).toHaveLength(1);
	});

	test('keeps nothing that Postgres cannot store', () => {
		const { phrases } = parseSearch('a\u0000b \ud800c');

		expect(phrases.join('').isWellFormed()).toBe(true);
		expect(phrases.join('')).not.toContain('\u0000');
	});
});

test('only what asks for something is a search', () => {
	expect(isEmptySearch(parseSearch(' "" '))).toBe(true);
	expect(isEmptySearch(parseSearch('-wall'))).toBe(false);
});

test('a filter is laid on and taken off again', () => {
	expect(toggleFilter('garden', 'is:done')).toBe('garden is:done');
	expect(toggleFilter('Is:Done garden', 'is:done')).toBe('garden');
});
