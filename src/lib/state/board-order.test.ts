import { describe, expect, it } from 'vitest';
import type { BoardIdea, Star } from '$lib/ideas';
import { behindPage, COMPARE, isIn } from './board-order';

const AT = new Date('2026-01-01T00:00:00Z');

function idea(id: string, changes: Partial<BoardIdea> = {}): BoardIdea {
	return {
		id,
		title: id,
		excerpt: '',
		linkUrl: null,
		linkLabel: null,
		visibility: 'private',
		star: 'none',
		role: 'owner',
		position: id,
		tags: [],
		archivedAt: null,
		version: 1,
		done: 0,
		total: 0,
		createdAt: AT,
		updatedAt: AT,
		...changes
	};
}

const ids = (ideas: BoardIdea[]) => ideas.map(({ id }) => id).join(' ');
const list = (names: string, changes?: Partial<BoardIdea>) =>
	names.split(' ').map((id) => idea(id, changes));

describe('the order by title', () => {
	it('is that of the database: letters before case, accents beside their letter', () => {
		const titles = ['zebra', 'Öl', 'apple', 'Zebra', 'offen', 'Apple', '2 cats', '-dash', 'éclair'];
		const sorted = titles.map((title) => idea(title)).sort(COMPARE.title);
		expect(sorted.map(({ title }) => title)).toEqual([
			'-dash',
			'2 cats',
			'apple',
			'Apple',
			'éclair',
			'offen',
			'Öl',
			'zebra',
			'Zebra'
		]);
	});

	it('is the same every time for equal titles', () => {
		const [a, b] = [idea('a', { title: 'Kite' }), idea('b', { title: 'Kite' })];
		expect(ids([b, a].sort(COMPARE.title))).toBe('a b');
	});
});

describe('what lies behind a page that came anew', () => {
	it('stays as it was', () => {
		expect(ids(behindPage(list('a b c d e'), list('a b c'), 'manual'))).toBe('d e');
	});

	it('stays when new ideas have pushed it down', () => {
		expect(ids(behindPage(list('c d e f'), list('a b c'), 'manual'))).toBe('d e f');
	});

	it('loses nothing when an idea from far down came onto the page', () => {
		const page = [...list('a b'), idea('e', { position: 'bb' })];
		expect(ids(behindPage(list('a b c d e f'), page, 'manual'))).toBe('c d f');
	});

	it('loses nothing to titles that sort differently by their bytes', () => {
		const known = list('apple Berry cherry Damson');
		expect(ids(behindPage(known, list('apple Berry'), 'title'))).toBe('cherry Damson');
	});

	it('no longer has what was on the page and is gone', () => {
		expect(ids(behindPage(list('a b c d e'), list('a c d'), 'manual'))).toBe('e');
	});

	it('goes on through the sections', () => {
		const known = (['super', 'star', 'none'] as Star[]).map((star, place) =>
			idea('cba'[place] ?? '', { star })
		);
		expect(ids(behindPage(known, known.slice(0, 1), 'manual'))).toBe('b a');
	});

	it('is nothing when the whole page is new', () => {
		expect(behindPage(list('d e'), list('a b'), 'manual')).toEqual([]);
	});
});

describe('a view', () => {
	const view = { sort: 'manual', filter: 'all' } as const;
	const [plain, aside] = [idea('a', { tags: ['garden'] }), idea('b', { archivedAt: AT })];

	it('shows what is in the archive under its own filter alone', () => {
		expect([plain, aside].filter(isIn(view))).toEqual([plain]);
		expect([plain, aside].filter(isIn({ ...view, filter: 'archived' }))).toEqual([aside]);
	});

	it('of a tag shows what has it', () => {
		expect([plain, aside].filter(isIn({ ...view, tag: 'garden' }))).toEqual([plain]);
		expect([plain, aside].filter(isIn({ ...view, tag: 'house' }))).toEqual([]);
	});
});
