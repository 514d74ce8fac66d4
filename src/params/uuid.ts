import type { ParamMatcher } from '@sveltejs/kit';

const UUID = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;

/** Ids that can be: anything else in an address is not found without asking the database. */
export const match: ParamMatcher = (param) => UUID.test(param);
