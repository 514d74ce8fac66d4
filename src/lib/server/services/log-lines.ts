import { v7 as uuid } from 'uuid';
import * as z from 'zod';
import { LIMITS } from '$lib/limits';
import {
	utcTime,
	type ListLogs,
	type LogFilter,
	type LogLevel,
	type ProgramSource,
	type RequestNumber,
	type TailLogs
} from '$lib/schemas/logs';
import { TAIL_LINES } from '$lib/tail-lines';
import { db, type Transaction } from '../db';
import { Prisma } from '../prisma/client';
import { RETENTION } from '../retention';
import type { Actor } from './actor';
import { inBatches, type Purged, type Work } from './batches';
import { errorsOfRequest } from './error-listing';
import { decodeCursor, encodeCursor, LogCursor } from './cursor';

const FAILING_MINUTES = 15;
const FAILING_ROUTES = 10;

/** A line as the database keeps it. */
export interface LogLine {
	id: string;
	at: Date;
	level: LogLevel;
	message: string;
	source: ProgramSource;
	release: string;
	route: string | null;
	requestId: string | null;
	userId: string | null;
	runId: string | null;
	/** Everything else that it says, as JSON. */
	fields: string;
}

/** A line on its way into the database. Whoever may have to write it again gives it its id. */
export type NewLogLine = Omit<LogLine, 'id'> & { id?: string };

/** Adds lines in one statement, each of them once. Their texts are bounded and storable. */
export async function insertLogLines(lines: NewLogLine[]): Promise<void> {
	const rows = JSON.stringify(lines.map((line) => ({ id: uuid(), ...line })));
	await db.$executeRaw`
		INSERT INTO log_lines (id, at, level, message, source, release, route, request_id, user_id, run_id, fields)
		SELECT id, at, level, message, source, release, route, "requestId", "userId", "runId", fields
		FROM json_to_recordset(${rows}::json) AS line(id uuid, at timestamptz, level log_level, message text,
			source program_source, release text, route text, "requestId" text, "userId" uuid, "runId" uuid,
			fields text)
		ON CONFLICT DO NOTHING`;
}

/** One page of the log, the latest first. For operators. */
export async function listLogs(
	_actor: Actor,
	{ cursor, ...filter }: ListLogs
): Promise<{ lines: LogLine[]; nextCursor?: string }> {
	const after = cursor ? decodeCursor(LogCursor, cursor) : undefined;
	const rows = await findLogLines(db, {
		filter,
		also: after && Prisma.sql`(at, id) < (${after.at}, ${after.id}::uuid)`,
		take: LIMITS.pageSize + 1
	});
	const lines = rows.slice(0, LIMITS.pageSize);
	const last = lines.at(-1);
	if (rows.length <= lines.length || !last) return { lines };
	return { lines, nextCursor: encodeCursor([last.at, last.id]) };
}

/**
 * What has been written since a moment, the latest first, and no more than `TAIL_LINES`: what came before the last of so
 * many is asked for with `before`. Processes write a second late, so whoever asks again asks from before what they have,
 * and knows lines by their id.
 */
export function tailLogs(
	_actor: Actor,
	{ since, before, ...filter }: TailLogs
): Promise<LogLine[]> {
	const earlier = before && Prisma.sql`AND (at, id) < (${before.at}, ${before.id}::uuid)`;
	const also = Prisma.sql`at >= ${since} ${earlier ?? Prisma.empty}`;
	return findLogLines(db, { filter, also, take: TAIL_LINES });
}

/** What to look for. */
interface Search {
	filter: LogFilter;
	also?: Prisma.Sql;
	take: number;
}

/** Lines that a filter finds, the latest first. */
export function findLogLines(tx: Transaction, { filter, also, take }: Search): Promise<LogLine[]> {
	const conditions = [...conditionsOf(filter), ...(also ? [also] : [])];
	const where =
		conditions.length > 0 ? Prisma.sql`WHERE ${Prisma.join(conditions, ' AND ')}` : Prisma.empty;
	return tx.$queryRaw<LogLine[]>`
		SELECT id, at, level::text, message, source::text, release, route, request_id AS "requestId",
			user_id AS "userId", run_id AS "runId", fields
		FROM log_lines ${where} ORDER BY at DESC, id DESC LIMIT ${take}`;
}

function conditionsOf(filter: LogFilter): Prisma.Sql[] {
	const { level, source, route, request, user, run, release, from, to } = filter;
	return [
		...(filter.text ? [textCondition(filter.text)] : []),
		// Written out, not as parameters: only then does the planner know which partial index they fit.
		...(level ? [Prisma.sql`level >= ${Prisma.raw(`'${level}'::log_level`)}`] : []),
		...(source ? [Prisma.sql`source = ${Prisma.raw(`'${source}'::program_source`)}`] : []),
		...(route ? [Prisma.sql`route = ${route}`] : []),
		...(request ? [Prisma.sql`request_id = ${request}`] : []),
		...(user ? [Prisma.sql`user_id = ${idOf(user)}`] : []),
		...(run ? [isId(run) ? Prisma.sql`run_id = ${run}::uuid` : Prisma.sql`false`] : []),
		...(release ? [Prisma.sql`starts_with(release, ${release})`] : []),
		...(from ? [Prisma.sql`at >= ${utcTime(from)}`] : []),
		...(to ? [Prisma.sql`at < ${utcTime(to)}`] : [])
	];
}

const isId = (text: string) => z.uuid().safeParse(text).success;

/** An address stands for the id of its person. */
const idOf = (user: string) =>
	isId(user)
		? Prisma.sql`${user}::uuid`
		: Prisma.sql`(SELECT id FROM users WHERE email = ${user.toLowerCase()})`;

function textCondition(text: string): Prisma.Sql {
	const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
	// Fields are JSON, in which a quote or a backslash is written with one before it.
	const inFields = `%${JSON.stringify(text)
		.slice(1, -1)
		.replace(/[\\%_]/g, '\\$&')}%`;
	return Prisma.sql`(message ILIKE ${pattern} OR fields ILIKE ${inFields})`;
}

/** A route that answered with 5xx, and how often. */
export interface FailingRoute {
	/** Nothing where the address was of none. */
	route: string | null;
	failures: number;
	people: number;
	lastAt: Date;
}

/** Where requests failed within the last minutes, the worst first. */
export const failingRoutes = (_actor: Actor): Promise<FailingRoute[]> => db.$queryRaw`
	SELECT route, count(*)::int AS failures,
		count(DISTINCT user_id)::int AS people, max(at) AS "lastAt"
	FROM log_lines
	WHERE level >= 'warn'::log_level AND at > now() - make_interval(mins => ${FAILING_MINUTES})
		AND message = 'Request' AND source = 'app'
	GROUP BY 1 ORDER BY failures DESC, "lastAt" DESC LIMIT ${FAILING_ROUTES}`;

/** What else carries the number of a request: what it changed, its errors, and what people said of it. */
export async function aroundRequest(_actor: Actor, { request }: RequestNumber) {
	const [changes, reports, errors] = await Promise.all([
		db.auditEntry.findMany({
			where: { requestId: request },
			orderBy: [{ at: 'asc' }, { id: 'asc' }],
			take: LIMITS.pageSize,
			select: { id: true, at: true, action: true, targetKind: true, targetId: true, outcome: true }
		}),
		db.problemReport.findMany({
			where: { requestId: request },
			orderBy: { createdAt: 'asc' },
			take: LIMITS.pageSize,
			select: { id: true, createdAt: true, text: true, page: true }
		}),
		errorsOfRequest(request)
	]);
	return { changes, reports, errors };
}

/** Forgets lines whose time is over. */
export async function purgeLogLines(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM log_lines WHERE id IN (
				SELECT id FROM log_lines
				WHERE at < now() - make_interval(days => ${RETENTION.logLineDays})
				ORDER BY at LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}
