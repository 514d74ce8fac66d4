import type { BoardIdea, Star } from '$lib/ideas';
import type { Filter, Sort } from '$lib/schemas/ideas';

/** The sections of the board, in their order. */
export const SECTIONS = ['super', 'star', 'none'] as const satisfies readonly Star[];

/** The names of the sections. */
export const SECTION_NAMES: Record<Star, string> = {
	super: 'Super',
	star: 'Starred',
	none: 'Others'
};

/** The star that comes after this one when it is clicked. */
export const STAR_AFTER: Record<Star, Star> = { none: 'star', star: 'super', super: 'none' };

type Compare = (a: BoardIdea, b: BoardIdea) => number;

/** The order within a section, as the server sorts it: whatever is put in by hand lands where it would be found. */
export const COMPARE: Record<Sort, Compare> = {
	manual: (a, b) => byText(a.position, b.position) || byTime(b.createdAt, a.createdAt),
	newest: (a, b) => byTime(b.createdAt, a.createdAt) || byText(b.id, a.id),
	changed: (a, b) => byTime(b.updatedAt, a.updatedAt) || byText(b.id, a.id),
	title: (a, b) => byText(a.title, b.title) || byText(a.id, b.id)
};

/** Whether an idea belongs to a view. */
export const MATCHES: Record<Filter, (idea: BoardIdea) => boolean> = {
	all: () => true,
	starred: ({ star }) => star !== 'none',
	unstarred: ({ star }) => star === 'none',
	mine: ({ role }) => role === 'owner',
	shared: ({ role }) => role !== 'owner',
	public: ({ visibility }) => visibility === 'public',
	private: ({ visibility }) => visibility === 'private'
};

/** Whether `a` stands before `b` on the whole board. */
export function standsBefore(a: BoardIdea, b: BoardIdea, sort: Sort): boolean {
	const sections = SECTIONS.indexOf(a.star) - SECTIONS.indexOf(b.star);
	return (sections || COMPARE[sort](a, b)) < 0;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byTime = (a: Date, b: Date): number => a.valueOf() - b.valueOf();
