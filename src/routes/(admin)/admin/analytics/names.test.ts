import { expect, test } from 'vitest';
import { IN_WORDS, routeInWords } from './names';

test.each([
	['/(app)/ideas/[id=uuid]', '/ideas/[id]'],
	['/(app)/ideas', '/ideas'],
	['/(public)', '/'],
	['/', '/'],
	['/(auth)/sign-in/[token]', '/sign-in/[token]']
])('the route %s reads %s', (route, words) => {
	expect(routeInWords(route)).toBe(words);
});

test('countries have names, and what is not one stays as it is', () => {
	expect(IN_WORDS.country('DE')).toBe('Germany');
	expect(IN_WORDS.country('')).toBe('Not known');
	expect(IN_WORDS.country('ZZ')).not.toBe('');
});
