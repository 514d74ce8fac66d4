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
