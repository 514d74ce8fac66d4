import { LIMITS } from '$lib/limits';
import type { GetErrorGroup, ListErrors } from '$lib/schemas/errors';
import type { ProgramSource } from '$lib/schemas/logs';
import { db } from '../db';
import { Prisma } from '../prisma/client';
import { refusal } from '../refusal';
import { resolveStack } from '../source-maps';
import type { Actor } from './actor';
import { decodeCursor, encodeCursor, LogCursor } from './cursor';

/** Hours that a list shows. */
const HOURS = 24;

/** A group as a list shows it. */
export interface ListedErrors {
	id: string;
	source: ProgramSource;
	kind: string;
	message: string;
	culprit: string;
	count: number;
	people: number;
	firstAt: Date;
	lastAt: Date;
	lastRelease: string;
	resolvedAt: Date | null;
	regressedAt: Date | null;
	/** How many in each of the last 24 hours, the oldest first. */
	hours: number[];
}

/** One page of the groups, those met last first. For operators. */
export async function listErrors(
	_actor: Actor,
	{ cursor, ...filter }: ListErrors
): Promise<{ groups: ListedErrors[]; nextCursor?: string }> {
	const after = cursor ? decodeCursor(LogCursor, cursor) : undefined;
	const conditions = conditionsOf(filter);
	if (after) conditions.push(Prisma.sql`(last_at, id) < (${after.at}, ${after.id}::uuid)`);
	const rows = await db.$queryRaw<(Omit<ListedErrors, 'hours'> & { counts: HourCount[] })[]>`
		SELECT g.id, g.source::text, g.kind, g.message, g.culprit, g.count::float8 AS count,
			g.first_at AS "firstAt", g.last_at AS "lastAt", g.last_release AS "lastRelease",
			g.resolved_at AS "resolvedAt", g.regressed_at AS "regressedAt",
			(SELECT count(*)::int FROM error_people AS p WHERE p.group_id = g.id) AS people,
			(SELECT coalesce(json_agg(json_build_object('ago', ${hoursAgo}, 'count', h.count)), '[]')
				FROM error_hours AS h
				WHERE h.group_id = g.id AND h.hour > now() - make_interval(hours => ${HOURS})) AS counts
		FROM (
			SELECT * FROM error_groups WHERE ${Prisma.join(conditions, ' AND ')}
			ORDER BY last_at DESC, id DESC LIMIT ${LIMITS.pageSize + 1}
		) AS g
		ORDER BY g.last_at DESC, g.id DESC`;
	const groups = rows
		.slice(0, LIMITS.pageSize)
		.map(({ counts, ...group }): ListedErrors => ({ ...group, hours: inHours(counts) }));
	const last = groups.at(-1);
	if (rows.length <= groups.length || !last) return { groups };
	return { groups, nextCursor: encodeCursor([last.lastAt, last.id]) };
}

/** How many came how many hours ago. */
interface HourCount {
	ago: number;
	count: number;
}

const hoursAgo = Prisma.sql`(extract(epoch FROM date_trunc('hour', now()) - h.hour) / 3600)::int`;

function inHours(counts: HourCount[]): number[] {
	const hours = new Array<number>(HOURS).fill(0);
	for (const { ago, count } of counts) {
		if (ago >= 0 && ago < HOURS) hours[HOURS - 1 - ago] = count;
	}
	return hours;
}

function conditionsOf({ state, text, source, release }: Omit<ListErrors, 'cursor'>): Prisma.Sql[] {
	const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
	return [
		state === 'open' ? Prisma.sql`resolved_at IS NULL` : Prisma.sql`resolved_at IS NOT NULL`,
		...(text
			? [
					Prisma.sql`(kind ILIKE ${pattern} OR message ILIKE ${pattern} OR culprit ILIKE ${pattern})`
				]
			: []),
		...(source ? [Prisma.sql`source = ${source}::program_source`] : []),
		...(release ? [Prisma.sql`starts_with(last_release, ${release})`] : [])
	];
}

const groupSelect = {
	id: true,
	source: true,
	kind: true,
	message: true,
	culprit: true,
	count: true,
	firstAt: true,
	lastAt: true,
	firstRelease: true,
	lastRelease: true,
	resolvedAt: true,
	regressedAt: true,
	resolvedBy: { select: { email: true } },
	_count: { select: { people: true } }
} satisfies Prisma.ErrorGroupSelect;

const eventSelect = {
	id: true,
	at: true,
	message: true,
	release: true,
	route: true,
	requestId: true,
	userId: true
} satisfies Prisma.ErrorEventSelect;

/**
 * One group with the latest of its events, and one of them whole: its stack by the sources, where the build's maps
 * are at hand.
 *
 * @throws NOT_FOUND
 */
export async function getErrorGroup(_actor: Actor, { id, eventId }: GetErrorGroup) {
	const [group, events, hours] = await Promise.all([
		db.errorGroup.findUnique({ where: { id }, select: groupSelect }),
		db.errorEvent.findMany({
			where: { groupId: id },
			orderBy: [{ at: 'desc' }, { id: 'desc' }],
			select: eventSelect
		}),
		db.$queryRaw<HourCount[]>`
			SELECT ${hoursAgo} AS ago, h.count FROM error_hours AS h
			WHERE h.group_id = ${id}::uuid AND h.hour > now() - make_interval(hours => ${HOURS})`
	]);
	if (!group) throw refusal('NOT_FOUND', 'errors.notFound');
	const chosen = events.find((event) => event.id === eventId) ?? events[0];
	const whole =
		chosen &&
		(await db.errorEvent.findUnique({
			where: { id: chosen.id },
			select: { stack: true, tags: true, breadcrumbs: true }
		}));
	const { _count, resolvedBy, count, ...rest } = group;
	return {
		...rest,
		count: Number(count),
		people: _count.people,
		resolvedByEmail: resolvedBy?.email ?? null,
		hours: inHours(hours),
		events,
		event: chosen && whole && { ...chosen, ...whole, stack: await resolveStack(whole.stack) }
	};
}

/** Errors that carry the number of a request. */
export const errorsOfRequest = (request: string) =>
	db.errorEvent.findMany({
		where: { requestId: request },
		orderBy: { at: 'asc' },
		take: LIMITS.pageSize,
		select: {
			id: true,
			groupId: true,
			message: true,
			release: true,
			group: { select: { kind: true } }
		}
	});
