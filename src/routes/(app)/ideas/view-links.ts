import type { Filter, Sort } from '$lib/schemas/ideas';
import type { View } from '$lib/state/board.svelte';

/** The orders, as the board offers them. Those by hand come first. */
export const SORT_NAMES: Record<Sort, string> = {
	manual: 'My order',
	newest: 'Newest',
	changed: 'Recently changed',
	title: 'Title'
};

/** The filters, as the board offers them. */
export const FILTER_NAMES: Record<Filter, string> = {
	all: 'All',
	starred: 'Starred',
	unstarred: 'Unstarred',
	mine: 'Mine',
	shared: 'Shared with me',
	public: 'Public',
	private: 'Private',
	archived: 'Archived'
};

/** The address of a view; what goes without saying is left out. */
export function viewHref({ sort, filter, tag, q }: View, cursor?: string): string {
	const query = new URLSearchParams();
	if (sort !== 'manual') query.set('sort', sort);
	if (filter !== 'all') query.set('filter', filter);
	if (tag) query.set('tag', tag);
	if (q) query.set('q', q);
	if (cursor) query.set('cursor', cursor);
	return query.size > 0 ? `/ideas?${query}` : '/ideas';
}

/** The beginning of a form's address that keeps the view: `?sort=newest&`. */
export function formAction(view: View, cursor?: string | null): string {
	const query = viewHref(view, cursor ?? undefined).split('?')[1];
	return query ? `?${query}&` : '?';
}
