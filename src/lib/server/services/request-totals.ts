import type { BatchMark } from '../batch-writer';
import { db } from '../db';
import { Prisma } from '../prisma/client';
import { newBatch } from './batch-marks';
import type { Work } from './batches';
import { RETENTION } from '../retention';

/** What one minute's requests of a kind add up to. */
export interface RequestTotalRow {
	startsAt: Date;
	source: 'page' | 'api' | 'call' | 'operation' | 'probe';
	method: 'read' | 'write';
	route: string;
	release: string;
	requests: number;
	redirected: number;
	refused: number;
	failed: number;
	errors: number;
	bytes: number;
	/** By the bounds of `durations.ts`. */
	durations: number[];
}

/**
 * Adds sums to the rows of their minutes, in one statement, and what carries a mark only once. Processes that add to
 * the same rows take them in the same order, so that none waits for one that waits for it.
 */
export async function addRequestTotals(
	rows: readonly RequestTotalRow[],
	mark?: BatchMark
): Promise<void> {
	await db.$executeRaw`
		WITH batch AS (${newBatch(mark)})
		INSERT INTO request_totals AS t (step, starts_at, source, method, route, release, requests, redirected, refused,
			failed, errors, bytes, durations)
		SELECT 'minute', r."startsAt", r.source, r.method, r.route, r.release, r.requests, r.redirected, r.refused,
			r.failed, r.errors, r.bytes, r.durations
		FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r ("startsAt" timestamptz, source text, method text,
			route text, release text, requests bigint, redirected bigint, refused bigint, failed bigint, errors bigint,
			bytes bigint, durations bigint[]), batch
		ORDER BY r."startsAt", r.source, r.method, r.route, r.release
		ON CONFLICT (step, starts_at, source, method, route, release) DO UPDATE SET
			requests = t.requests + EXCLUDED.requests, redirected = t.redirected + EXCLUDED.redirected,
			refused = t.refused + EXCLUDED.refused, failed = t.failed + EXCLUDED.failed,
			errors = t.errors + EXCLUDED.errors, bytes = t.bytes + EXCLUDED.bytes,
			durations = (
				SELECT array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY place)
				FROM unnest(t.durations, EXCLUDED.durations) WITH ORDINALITY AS u (a, b, place)
			)`;
}

/** How many rows became how many longer ones, and whether there is more to do. */
export interface Rolled {
	rolled: number;
	deleted: number;
	more: boolean;
}

/**
 * Adds minutes up to quarters of an hour, these to hours, and hours to days, once nobody needs them that fine; forgets
 * days after their time. Each statement takes the rows away and adds them elsewhere at once: a run that is killed counts
 * nothing twice.
 */
export async function rollRequestTotals(work: Work): Promise<Rolled> {
	const { requestMinuteHours, requestQuarterHours, requestHourDays, requestDayDays } = RETENTION;
	let rolled = 0;
	while (work.hasTime()) {
		const minutes = await roll('minute', 'quarter', requestMinuteHours);
		const quarters = await roll('quarter', 'hour', requestQuarterHours);
		const hours = await roll('hour', 'day', requestHourDays * 24);
		rolled += minutes + quarters + hours;
		if (minutes + quarters + hours > 0) continue;
		const deleted = await db.$executeRaw`
			DELETE FROM request_totals
			WHERE step = 'day' AND starts_at < now() - make_interval(days => ${requestDayDays})`;
		return { rolled, deleted, more: false };
	}
	return { rolled, deleted: 0, more: true };
}

/** How many seconds a row of totals is of. */
const SECONDS = { quarter: 900, hour: 3_600, day: 86_400 };

/** The beginning of the row of that length that a moment lies in, in UTC. */
const beginning = (to: keyof typeof SECONDS, at: Prisma.Sql) =>
	Prisma.sql`date_bin(make_interval(secs => ${SECONDS[to]}::int), ${at}, timestamptz '2000-01-01 00:00+00')`;

/** Rolls the oldest period that is old enough. @returns how many rows it took */
async function roll(
	from: 'minute' | 'quarter' | 'hour',
	to: keyof typeof SECONDS,
	hours: number
): Promise<number> {
	const latest = Prisma.sql`now() - make_interval(hours => ${hours}::int)`;
	const [taken] = await db.$queryRaw<{ rows: number }[]>`
		WITH period AS (
			SELECT ${beginning(to, Prisma.sql`min(starts_at)`)} AS starts_at FROM request_totals
			WHERE step = ${from} AND starts_at < ${beginning(to, latest)}
		), taken AS (
			DELETE FROM request_totals AS t USING period AS p
			WHERE t.step = ${from} AND t.starts_at >= p.starts_at
				AND t.starts_at < p.starts_at + make_interval(secs => ${SECONDS[to]}::int)
			RETURNING t.*
		), sums AS (
			SELECT source, method, route, release, sum(requests) AS requests, sum(redirected) AS redirected,
				sum(refused) AS refused, sum(failed) AS failed, sum(errors) AS errors, sum(bytes) AS bytes
			FROM taken GROUP BY source, method, route, release
		), places AS (
			SELECT source, method, route, release, place, sum(counted) AS counted
			FROM taken CROSS JOIN LATERAL unnest(durations) WITH ORDINALITY AS u (counted, place)
			GROUP BY source, method, route, release, place
		), added AS (
			INSERT INTO request_totals AS t (step, starts_at, source, method, route, release, requests, redirected,
				refused, failed, errors, bytes, durations)
			SELECT ${to}, (SELECT starts_at FROM period), s.*, (
				SELECT array_agg(p.counted::bigint ORDER BY p.place) FROM places AS p
				WHERE (p.source, p.method, p.route, p.release) = (s.source, s.method, s.route, s.release)
			)
			FROM sums AS s
			-- Minutes that came late, after a process had long waited for its database.
			ON CONFLICT (step, starts_at, source, method, route, release) DO UPDATE SET
				requests = t.requests + EXCLUDED.requests, redirected = t.redirected + EXCLUDED.redirected,
				refused = t.refused + EXCLUDED.refused, failed = t.failed + EXCLUDED.failed,
				errors = t.errors + EXCLUDED.errors, bytes = t.bytes + EXCLUDED.bytes,
				durations = (
					SELECT array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY place)
					FROM unnest(t.durations, EXCLUDED.durations) WITH ORDINALITY AS u (a, b, place)
				)
		)
		SELECT count(*)::int AS rows FROM taken`;
	return taken?.rows ?? 0;
}
