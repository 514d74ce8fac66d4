import type { BoardIdea, Star } from '$lib/ideas';
import type { Filter, Sort } from '$lib/schemas/ideas';
import type { View } from './board.svelte';

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
	title: (a, b) => byTitle(a.title, b.title) || byText(a.id, b.id)
};

/** Lines by section, each in order. Lists come sorted, so that sorting is the exception. */
export function inSections<T extends BoardIdea>(
	rows: T[],
	compare: Compare
): { star: Star; rows: T[] }[] {
	const parts: Record<Star, T[]> = { super: [], star: [], none: [] };
	for (const row of rows) parts[row.star].push(row);
	return SECTIONS.map((star) => {
		const part = parts[star];
		const isSorted = part.every((row, place) => {
			const before = part[place - 1];
			return !before || compare(before, row) <= 0;
		});
		return { star, rows: isSorted ? part : part.sort(compare) };
	});
}

/** Whether an idea passes a filter, apart from the archive. */
const MATCHES: Record<Filter, (idea: BoardIdea) => boolean> = {
	all: () => true,
	starred: ({ star }) => star !== 'none',
	unstarred: ({ star }) => star === 'none',
	mine: ({ role }) => role === 'owner',
	shared: ({ role }) => role !== 'owner',
	public: ({ visibility }) => visibility === 'public',
	private: ({ visibility }) => visibility === 'private',
	archived: () => true
};

/** Whether an idea belongs to a view. Those in the archive belong to one view alone. */
export const isIn =
	({ filter, tag, q }: View) =>
	(idea: BoardIdea): boolean =>
		MATCHES[filter](idea) &&
		(filter === 'archived') === (idea.archivedAt !== null) &&
		(tag === undefined || idea.tags.includes(tag)) &&
		// Whether a new idea fits a search is known once the server has it.
		(!q || idea.version > 0);

/**
 * What was loaded before and lies behind a page that came anew. The page ends in the old list at its
 * last idea that has not moved since; whatever stood before that and is not on the page is gone.
 */
export function behindPage(known: BoardIdea[], page: BoardIdea[], sort: Sort): BoardIdea[] {
	const inOrder = known.toSorted(
		(a, b) => SECTIONS.indexOf(a.star) - SECTIONS.indexOf(b.star) || COMPARE[sort](a, b)
	);
	const placeOf = new Map(inOrder.map(({ id }, place) => [id, place]));
	const last = page.findLast((fresh) => {
		const old = inOrder[placeOf.get(fresh.id) ?? -1];
		return old && isInPlace(old, fresh);
	});
	if (!last) return [];
	const onPage = new Set(page.map(({ id }) => id));
	return inOrder.slice((placeOf.get(last.id) ?? 0) + 1).filter(({ id }) => !onPage.has(id));
}

const isInPlace = (old: BoardIdea, fresh: BoardIdea): boolean =>
	old.star === fresh.star &&
	old.position === fresh.position &&
	old.title === fresh.title &&
	old.updatedAt.valueOf() === fresh.updatedAt.valueOf();

/** The root order of Unicode, as in the database. English has no rules of its own; `und` would mean the browser's language. */
const titles = new Intl.Collator('en');

const byTitle = (a: string, b: string): number => titles.compare(a, b) || byText(a, b);
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byTime = (a: Date, b: Date): number => a.valueOf() - b.valueOf();
