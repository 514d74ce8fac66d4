import { describe, expect, it } from 'vitest';
import { viewHref } from '../routes/(app)/ideas/view-links';
import { isWhole, keptAddress } from './kept-pages';

const ID = '01890000-0000-7000-8000-000000000000';
const of = (path: string) => keptAddress(new URL(path, 'https://coda.example'));

describe('what may be read without a network', () => {
	it('is the board and the ideas, each under one address', () => {
		expect(of('/ideas')).toBe('/ideas/__data.json');
		expect(of('/ideas?new&title=Kite')).toBe('/ideas/__data.json');
		expect(of('/ideas?sort=newest')).toBe('/ideas/__data.json?sort=newest');
		expect(of('/ideas?tag=boat')).toBe('/ideas/__data.json?tag=boat');
		expect(of(`/ideas/${ID}/__data.json?x-sveltekit-invalidated=011`)).toBe(
			`/ideas/${ID}/__data.json`
		);
	});

	it('is each view of the board under an address of its own', () => {
		const href = viewHref({ sort: 'newest', filter: 'starred', tag: 'garden' });
		for (const [name, value] of new URL(href, 'https://coda.example').searchParams) {
			const query = new URLSearchParams({ [name]: value });
			expect(of(`/ideas?${query}`)).toBe(`/ideas/__data.json?${query}`);
		}
		expect(of(href)).toBe(href.replace('?', '/__data.json?'));
	});

	it.each([
		'/account',
		'/account/security',
		'/admin',
		'/trash',
		'/',
		'/sign-in',
		'/ideas/x',
		'/search'
	])('is not %s', (path) => expect(of(path)).toBeUndefined());

	it('is no page further down the list', () => {
		expect(of('/ideas?cursor=abc')).toBeUndefined();
	});

	it('is a page that can be drawn from nothing else', () => {
		expect(isWhole('{"type":"data","nodes":[null,{"type":"data"}]}')).toBe(true);
		expect(isWhole('{"type":"data","nodes":[null,{"type":"skip"}]}')).toBe(false);
		expect(isWhole('{"type":"redirect","location":"/sign-in"}')).toBe(false);
	});
});
