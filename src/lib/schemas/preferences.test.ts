import { describe, expect, test } from 'vitest';
import { Preferences, UpdatePreferences } from './preferences';

const DEFAULTS = { theme: 'system', singleKeys: true, notices: { news: false } };

describe('Preferences', () => {
	test('are at their defaults where nothing was chosen', () => {
		expect(Preferences.parse({})).toEqual(DEFAULTS);
	});

	test('keep what was chosen and drop what nobody knows', () => {
		const kept = { theme: 'dark', singleKeys: false, notices: { news: true, other: 1 }, old: 1 };

		expect(Preferences.parse(kept)).toEqual({
			theme: 'dark',
			singleKeys: false,
			notices: { news: true }
		});
	});

	test('do without what cannot be read', () => {
		expect(Preferences.parse({ theme: 'pink', singleKeys: 'no', notices: 7 })).toEqual(DEFAULTS);
	});
});

describe('UpdatePreferences', () => {
	test.each([{}, { theme: 'pink' }, { singleKeys: 'off' }, { notices: {} }])(
		'refuses %j',
		(changes) => {
			expect(UpdatePreferences.safeParse(changes).success).toBe(false);
		}
	);
});

describe('chosen keys', () => {
	const problemOf = (keys: Record<string, string>) =>
		UpdatePreferences.safeParse({ keys }).error?.issues[0]?.message;

	test('are kept for shortcuts that there are, and dropped for others', () => {
		expect(UpdatePreferences.parse({ keys: { compose: 'mod+i', gone: 'y' } }).keys).toEqual({
			compose: 'mod+i'
		});
		expect(Preferences.parse({ keys: { compose: 7, undo: 'mod+y', close: 'q' } }).keys).toEqual({
			undo: 'mod+y'
		});
		expect(Preferences.parse({ keys: 'none' }).keys).toEqual({});
	});

	test.each([
		[{ compose: 's' }, /is for “Star/],
		[{ compose: 'g' }, /is for “Go to Ideas/],
		[{ compose: 'mod+w' }, /belongs to the browser/],
		[{ compose: 'y', undo: 'y' }, /is for “(New idea|Undo)/]
	])('%j are refused with a sentence', (keys, sentence) => {
		expect(problemOf(keys)).toMatch(sentence);
	});

	test('may trade places', () => {
		expect(problemOf({ compose: 's', 'idea.star': 'c' })).toBeUndefined();
	});
});
