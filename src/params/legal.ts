import type { ParamMatcher } from '@sveltejs/kit';

/** The documents that have a page and versions. */
export const match = ((param) => param === 'terms' || param === 'privacy') satisfies ParamMatcher;
