import * as z from 'zod';
import { LIMITS } from '../limits';

const q = z
	.string({ error: 'Say what to search for.' })
	.max(LIMITS.urlChars, 'That is too long to search for.');

/** One page of what a search finds. What is longer than a search can be is cut, and the answer says so. */
export const FindText = z.object({
	q,
	cursor: z.string().max(2_048).optional()
});
export type FindText = z.output<typeof FindText>;

/** What a search finds in one idea. */
export const FindInIdea = z.object({
	ideaId: z.uuid({ error: 'That is not the id of an idea.' }),
	q
});
export type FindInIdea = z.output<typeof FindInIdea>;

/** The titles of everything, unless they are still those of `version`. */
export const ListTitles = z.object({ version: z.string().max(64).optional() });
export type ListTitles = z.output<typeof ListTitles>;
