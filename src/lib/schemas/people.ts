import * as z from 'zod';

const id = z.uuid({ error: 'That is not the id of a person.' });

/** Which people an admin looks for. */
export const PEOPLE_FILTERS = ['all', 'admins', 'disabled', 'leaving'] as const;
export type PeopleFilter = (typeof PEOPLE_FILTERS)[number];

/** One page of the people with an account. `cursor` is the last page's `nextCursor`. */
export const ListPeople = z.object({
	/** Part of an address or a name, or a whole id. */
	query: z.string().trim().max(320).default(''),
	filter: z
		.enum(PEOPLE_FILTERS, { error: `Filter by ${PEOPLE_FILTERS.join(', ')}.` })
		.default('all'),
	cursor: z.string().max(2_048).optional()
});
export type ListPeople = z.output<typeof ListPeople>;

/** One person by their id. */
export const PersonId = z.object({ id });
export type PersonId = z.output<typeof PersonId>;

/** One session of a person, or all of them. */
export const EndSessions = z.object({
	id,
	sessionId: z.uuid({ error: 'That is not the id of a session.' }).optional()
});
export type EndSessions = z.output<typeof EndSessions>;

/** What a person may do in the service as a whole. */
export const SetRole = z.object({
	id,
	role: z.enum(['user', 'admin'], { error: 'Choose user or admin.' })
});
export type SetRole = z.output<typeof SetRole>;

/** Deleting an account: its address is typed, so that it does not happen by accident. */
export const DeletePerson = z.object({
	id,
	email: z.string({ error: 'Type the address.' }).trim().toLowerCase().max(320)
});
export type DeletePerson = z.output<typeof DeletePerson>;
