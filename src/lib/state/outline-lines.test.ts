import { expect, test } from 'vitest';
import type { OutlineFeature } from '$lib/features';
import { asTheyWere, changing, named, putBack } from './outline-lines';

const AT = new Date('2026-01-01T00:00:00Z');
const line = (id: string, given: Partial<OutlineFeature> = {}): OutlineFeature => ({
	id,
	ideaId: 'idea',
	title: id.toUpperCase(),
	excerpt: '',
	details: 0,
	visibility: 'inherit',
	star: 'none',
	position: id,
	completedAt: null,
	version: 1,
	createdAt: AT,
	updatedAt: AT,
	...given
});

const ids = (lines: OutlineFeature[]) => lines.map(({ id }) => id).join('');

test('lines that are taken out come back to where they stood, however the others moved', () => {
	const before = ['a', 'b', 'c', 'd', 'e'].map((id) => line(id));
	const gone = new Set(['b', 'c', 'e']);

	expect(ids(putBack([line('a'), line('d')], before, gone))).toBe('abcde');
	expect(ids(putBack([line('d'), line('a')], before, gone))).toBe('dabce');
	expect(ids(putBack([line('new')], before, new Set(['a'])))).toBe('anew');
});

test('lines that are there already are not put back twice', () => {
	const before = [line('a'), line('b')];

	expect(ids(putBack([line('b'), line('a')], before, new Set(['a'])))).toBe('ba');
});

test('a change is about the lines it names, and can be taken back with all that it took', () => {
	const lines = [line('a', { star: 'super' }), line('b')];
	const completed = changing([{ id: 'a' }], () => ({ completedAt: AT, star: 'none' }))(lines);

	expect(completed.map(({ star, completedAt }) => [star, completedAt])).toEqual([
		['none', AT],
		['none', null]
	]);
	expect(asTheyWere([line('a', { star: 'super' })])(completed)).toEqual(lines);
});

test('one is called by its title, several by their number', () => {
	expect(named([line('a')])).toBe('“A”');
	expect(named([line('a'), line('b')])).toBe('2 features');
});
