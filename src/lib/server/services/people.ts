import { LIMITS } from '$lib/limits';
import type { ListPeople, PersonId } from '$lib/schemas/people';
import { db } from '../db';
import { Prisma, type UserRole } from '../prisma/client';
import { refusal } from '../refusal';
import type { PersonalActor } from './actor';
import { decodeCursor, encodeCursor, PeopleCursor } from './cursor';
import { isPerson, PROBE_ID } from './probe-identity';

/** A person as the operator's list shows them. */
export interface ListedPerson {
	id: string;
	email: string;
	name: string | null;
	role: UserRole;
	createdAt: Date;
	disabledAt: Date | null;
	deleteAfter: Date | null;
	/** When one of their browsers was last here; nothing when none is signed in. */
	lastSeenAt: Date | null;
	sessions: number;
	ideas: number;
}

/** One page of the people with an account, the newest first. */
export interface PeoplePage {
	people: ListedPerson[];
	nextCursor?: string;
}

const FILTERS = {
	all: Prisma.sql`true`,
	admins: Prisma.sql`u.role = 'admin'`,
	disabled: Prisma.sql`u.disabled_at IS NOT NULL`,
	leaving: Prisma.sql`u.delete_after IS NOT NULL`
};

/**
 * People whose address or name contains the query, or whose id it is. `%` and `_` are ordinary
 * characters.
 */
export async function listPeople(
	_admin: PersonalActor,
	{ query, filter, cursor }: ListPeople
): Promise<PeoplePage> {
	const after = cursor ? decodeCursor(PeopleCursor, cursor) : undefined;
	const found = query.toLowerCase();
	const matches = query
		? Prisma.sql`(strpos(u.email, ${found}) > 0 OR strpos(lower(u.name), ${found}) > 0 OR u.id::text = ${found})`
		: Prisma.sql`true`;
	const rows = await db.$queryRaw<ListedPerson[]>`
		SELECT u.id, u.email, u.name, u.role::text, u.created_at AS "createdAt",
			u.disabled_at AS "disabledAt", u.delete_after AS "deleteAfter",
			s.seen AS "lastSeenAt", s.count AS sessions, i.count AS ideas
		FROM (
			SELECT * FROM users AS u
			WHERE ${isPerson('u.id')} AND ${FILTERS[filter]} AND ${matches}
				AND ${after ? Prisma.sql`(u.created_at, u.id) < (${after.createdAt}, ${after.id}::uuid)` : Prisma.sql`true`}
			ORDER BY u.created_at DESC, u.id DESC
			LIMIT ${LIMITS.pageSize + 1}
		) AS u
		CROSS JOIN LATERAL (
			SELECT max(last_seen_at) AS seen, count(*)::int FROM sessions
			WHERE user_id = u.id AND expires_at > now()
		) AS s
		CROSS JOIN LATERAL (
			SELECT count(*)::int FROM ideas WHERE owner_id = u.id AND deleted_at IS NULL
		) AS i
		ORDER BY u.created_at DESC, u.id DESC`;
	const people = rows.slice(0, LIMITS.pageSize);
	const last = people.at(-1);
	if (rows.length <= people.length || !last) return { people };
	return { people, nextCursor: encodeCursor([last.createdAt, last.id]) };
}

const personSelect = {
	id: true,
	email: true,
	emailVerified: true,
	name: true,
	role: true,
	createdAt: true,
	disabledAt: true,
	deleteAfter: true,
	_count: { select: { ideas: true, memberships: true, browsers: true } },
	consents: {
		select: { document: true, version: true, at: true },
		orderBy: { at: 'desc' }
	},
	sessions: {
		select: {
			id: true,
			createdAt: true,
			lastSeenAt: true,
			expires: true,
			address: true,
			place: true,
			userAgent: true
		},
		orderBy: { lastSeenAt: 'desc' },
		take: LIMITS.pageSize
	}
} satisfies Prisma.UserSelect;

/** One person, as the operator sees them: no text of theirs, no secret. */
export type Person = Prisma.UserGetPayload<{ select: typeof personSelect }> & {
	hasPassword: boolean;
	/** Whether the grace is over: from then on part of the account may be gone. */
	isGraceOver: boolean;
};

/** One person, with the browsers in which they are signed in. @throws NOT_FOUND */
export async function getPerson(_admin: PersonalActor, { id }: PersonId): Promise<Person> {
	const found = await db.user.findUnique({
		where: { id },
		select: {
			...personSelect,
			passwordHash: true,
			sessions: { ...personSelect.sessions, where: stillSignedIn() }
		}
	});
	if (!found || id === PROBE_ID) throw refusal('NOT_FOUND', 'person.notFound');
	const { passwordHash, ...person } = found;
	return {
		...person,
		hasPassword: passwordHash !== null,
		isGraceOver: person.deleteAfter !== null && person.deleteAfter <= new Date()
	};
}

const stillSignedIn = () => ({ expires: { gt: new Date() } });
