import type { StatementTimes } from '$lib/schemas/database';
import { BatchWriter, type BatchMark } from '../batch-writer';
import { isDatabaseUnreachable, type ErrorKind } from '../database-error';
import { db, type Transaction } from '../db';
import { noDurations, quantileMs } from '../durations';
import { log } from '../log';
import { Prisma } from '../prisma/client';
import { RETENTION } from '../retention';
import { takeRecorded, withoutMeasure, type Recorded } from '../statement-recorder';
import type { Actor } from './actor';
import { newBatch } from './batch-marks';
import { inBatches, type Purged, type Work } from './batches';

/** As many statements as are shown, those first that took most of the time. */
const SHOWN = 25;

/** How long one statement of the program took. */
export interface StatementTime {
	/** `idea.findMany`, or the beginning of what was written by hand. */
	statement: string;
	calls: number;
	totalMs: number;
	p50Ms: number;
	p95Ms: number;
	p99Ms: number;
	slowestMs: number;
}

/** What the program measured itself, in all of its processes. */
export interface MeasuredStatements {
	/** All statements together; `null` when nothing was measured. */
	all: StatementTime | null;
	statements: StatementTime[];
	/** How many failed, by kind. */
	failures: { kind: ErrorKind; count: number }[];
}

/** What waits is no loss, so everything is tried again, whatever the database says. */
const writer = new BatchWriter<Recorded>({
	takesOnce: true,
	passes: () => true,
	take() {
		const recorded = takeRecorded();
		return recorded.times.length + recorded.failures.length > 0 ? recorded : undefined;
	},
	async write(recorded, mark) {
		try {
			await withoutMeasure(() => addStatementTimes(recorded, mark));
		} catch (error) {
			const level = isDatabaseUnreachable(error) ? 'debug' : 'warn';
			log(level, 'Statement times could not be written', { error });
			throw error;
		}
	},
	refused: () => []
});

/** Writes down what this process has measured. What the database does not take now is kept for the next time. */
export async function writeStatementTimes(): Promise<void> {
	await writer.flush();
}

/** Adds what was measured to the rows of its hours and minutes, in one statement, and what carries a mark only once. */
export async function addStatementTimes(
	{ times, failures }: Recorded,
	mark?: BatchMark
): Promise<void> {
	await db.$executeRaw`
		WITH batch AS (${newBatch(mark)}), failed AS (
			INSERT INTO statement_errors AS e (minute, kind, count)
			SELECT f.minute, f.kind, f.count FROM jsonb_to_recordset(${JSON.stringify(failures)}::jsonb)
				AS f (minute timestamptz, kind text, count int), batch
			ORDER BY f.minute, f.kind
			ON CONFLICT (minute, kind) DO UPDATE SET count = e.count + EXCLUDED.count
		)
		INSERT INTO statement_times AS s (hour, statement, calls, total_ms, slowest_ms, buckets)
		SELECT t.hour, t.statement, t.calls, t."totalMs", t."slowestMs", t.durations
		FROM jsonb_to_recordset(${JSON.stringify(times)}::jsonb) AS t
			(hour timestamptz, statement text, calls int, "totalMs" float, "slowestMs" float, durations int[]), batch
		-- Two processes that write at once take their rows in the same order.
		ORDER BY t.hour, t.statement
		ON CONFLICT (hour, statement) DO UPDATE SET calls = s.calls + EXCLUDED.calls,
			total_ms = s.total_ms + EXCLUDED.total_ms,
			slowest_ms = greatest(s.slowest_ms, EXCLUDED.slowest_ms),
			buckets = (
				SELECT array_agg(coalesce(before, 0) + coalesce(more, 0) ORDER BY place)
				FROM unnest(s.buckets, EXCLUDED.buckets) WITH ORDINALITY AS u (before, more, place)
			)`;
}

type Row = Omit<StatementTime, 'p50Ms' | 'p95Ms' | 'p99Ms'> & {
	buckets: number[];
	failures: MeasuredStatements['failures'];
};

/** How many took how long, place by place: arrays that are taken apart are twenty times as many rows. */
const inside = Prisma.join(
	noDurations().map((_, place) => Prisma.raw(`coalesce(sum(buckets[${place + 1}]), 0)`))
);

/** How long the program's statements took over the last hours, and how many failed. */
export async function readStatementTimes(
	_actor: Actor,
	{ hours }: StatementTimes,
	client: Transaction | typeof db = db
): Promise<MeasuredStatements> {
	const rows = await client.$queryRaw<Row[]>`
		WITH recent AS MATERIALIZED (
			SELECT * FROM statement_times WHERE hour > now() - make_interval(hours => ${hours}::int)
		), top AS MATERIALIZED (
			SELECT statement FROM recent GROUP BY statement
			ORDER BY sum(total_ms) DESC, statement LIMIT ${SHOWN}
		), counted AS (
			SELECT coalesce(statement, '') AS statement, sum(calls)::float AS calls,
				sum(total_ms)::float AS "totalMs", max(slowest_ms)::float AS "slowestMs",
				ARRAY[${inside}]::float[] AS buckets
			FROM recent GROUP BY GROUPING SETS ((statement), ())
			HAVING count(*) > 0 AND (grouping(statement) = 1 OR statement IN (SELECT statement FROM top))
		)
		SELECT counted.*, (
			SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'count', n) ORDER BY n DESC, kind), '[]')
			FROM (
				SELECT kind, sum(count)::int AS n FROM statement_errors
				WHERE minute > now() - make_interval(hours => ${hours}::int) GROUP BY kind
			) AS e
		) AS failures
		FROM counted
		ORDER BY counted.statement <> '', "totalMs" DESC, counted.statement`;
	const statements = rows.map(({ buckets, failures: _failures, ...row }): StatementTime => {
		const at = (share: number) => quantileMs(buckets, share, row.slowestMs) ?? 0;
		return { ...row, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
	});
	return {
		all: statements.find(({ statement }) => statement === '') ?? null,
		statements: statements.filter(({ statement }) => statement !== ''),
		failures: rows[0]?.failures ?? []
	};
}

/** What the server itself knows of a kind of statement, whoever sent it: a mean, which hides what is rare. */
export interface StatementMean {
	query: string;
	calls: number;
	totalMs: number;
	meanMs: number;
	slowestMs: number;
}

/** As much of a statement as is shown. */
const QUERY_CHARS = 300;

/**
 * The statements that took most of the server's time, as `pg_stat_statements` has them.
 *
 * @returns `null` where it is not installed, not loaded, or not for this account
 */
export async function readStatementMeans(
	_actor: Actor,
	client: Transaction | typeof db = db
): Promise<StatementMean[] | null> {
	// It may be installed into any schema, which no statement can find by itself. Its settings are there once
	// it is loaded.
	const [place] = await client.$queryRaw<{ relation: string }[]>`
		SELECT format('%I.%I', n.nspname, c.relname) AS relation
		FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
			JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = e.extname
		WHERE e.extname = 'pg_stat_statements'
			AND current_setting('pg_stat_statements.max', true) IS NOT NULL
			AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')`;
	if (!place) return null;
	return client.$queryRaw<StatementMean[]>`
		SELECT left(query, ${QUERY_CHARS}) AS query, calls::float AS calls, total_exec_time::float AS "totalMs",
			mean_exec_time::float AS "meanMs", max_exec_time::float AS "slowestMs"
		FROM ${Prisma.raw(place.relation)}
		WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
		ORDER BY total_exec_time DESC LIMIT 10`;
}

/** Forgets times and failures after their time. */
export async function purgeStatementTimes(work: Work): Promise<Purged> {
	const days = RETENTION.statementTimeDays;
	const times = await inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM statement_times WHERE (hour, statement) IN (
				SELECT hour, statement FROM statement_times
				WHERE hour < now() - make_interval(days => ${days}) LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
	const failures = await inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM statement_errors WHERE (minute, kind) IN (
				SELECT minute, kind FROM statement_errors
				WHERE minute < now() - make_interval(days => ${days}) LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
	return { deleted: times.deleted + failures.deleted, more: times.more || failures.more };
}
