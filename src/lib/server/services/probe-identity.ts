import { Prisma } from '../prisma/client';

/*
 * The account with which Coda tries itself. Its id and its address are the same in every database, so that whoever
 * counts people can leave it out without asking, and a constraint of the database keeps both for it alone: without a
 * password, without a role.
 */

/** The account's id. */
export const PROBE_ID = '00000000-0000-7000-8000-00000000c0da';

/** Its address. No mail can arrive there: the domain is reserved for that (RFC 2606). */
export const PROBE_EMAIL = 'probe@coda.invalid';

/** For queries in which `column` is the id of a person: everyone but the probe's account. */
export const isPerson = (column: 'u.id' | 'id' | 'user_id' | 'owner_id'): Prisma.Sql =>
	Prisma.sql`${Prisma.raw(column)} <> ${PROBE_ID}::uuid`;
