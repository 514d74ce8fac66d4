import type { Breakdown } from '$lib/schemas/analytics';
import { db, type Transaction } from '../db';
import { Prisma } from '../prisma/client';
import { RETENTION } from '../retention';
import type { Work } from './batches';

/*
 * Single views go after their time; what stays of a day are its totals. Days are those of UTC, and a visitor
 * is one for a day, so that the visitors of several days are their sum.
 */

/** Whoever holds this advisory lock counts days together; the number is nobody else's. */
const COUNTING = 2_026_112_601;

/** Referrers can be made up by anyone: a day keeps the names that are seen most, and the rest as one. */
const NAMES_PER_DAY = 200;

/** What stands for all names beyond those that are kept. No name is like it. */
export const OTHER_NAMES = '*';

/** What views are counted by. */
export type ViewKind = 'all' | Breakdown;

/** A day as `2026-11-25`, as the midnight that it begins with. */
export const midnight = (day: string) => Prisma.sql`(${day}::date::timestamp AT TIME ZONE 'UTC')`;

/**
 * Single views from a day on and until another (without it), counted by day and kind: `day, kind, name, views,
 * visitors`. A visitor for whom views of different weight stand was seen while more were counted, so that the
 * smallest holds.
 */
export const viewsByName = (from: string, before: string) => Prisma.sql`
	SELECT day, kind, name, sum(views)::bigint AS views, sum(weight)::bigint AS visitors
	FROM (
		SELECT (at AT TIME ZONE 'UTC')::date AS day, kind, name, visitor, sum(weight) AS views,
			min(weight) AS weight
		FROM page_views, LATERAL (VALUES
			('all', ''), ('route', route), ('referrer', referrer), ('country', coalesce(country, '')),
			('device', device), ('browser', browser), ('system', system)
		) AS seen (kind, name)
		WHERE at >= ${midnight(from)} AND at < ${midnight(before)} AND name IS NOT NULL
		GROUP BY day, kind, name, visitor
	) AS visits GROUP BY day, kind, name`;

/** The last day that was counted together, as `2026-11-25`, and today. */
export async function countedDays(tx: Transaction = db) {
	const [row] = await tx.$queryRaw<{ last: string | null; today: string; oldest: string | null }[]>`
		SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS today,
			(SELECT to_char(max(day), 'YYYY-MM-DD') FROM view_totals WHERE kind = 'all') AS last,
			(SELECT to_char(min(at) AT TIME ZONE 'UTC', 'YYYY-MM-DD') FROM page_views) AS oldest`;
	if (!row) throw new Error('A SELECT without FROM gave no row.');
	return row;
}

/** A day so many days later, as `2026-11-25`. */
export function dayAfter(day: string, days = 1): string {
	return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * Counts together each day that is over and was not counted yet. The last one that was is counted again, for
 * what came late. A day is replaced as a whole, so that any number of runs come to the same.
 */
export async function rollUpViews(work: Work): Promise<{ days: number; more: boolean }> {
	const { last, today, oldest } = await countedDays();
	// Of an older one the first views may be gone by now: what was counted holds.
	const isWhole = last !== null && last > dayAfter(today, -RETENTION.pageViewDays);
	let day = last === null ? (oldest ?? dayAfter(today, -1)) : isWhole ? last : dayAfter(last);
	let days = 0;
	for (; day < today; day = dayAfter(day)) {
		if (!work.hasTime()) return { days, more: true };
		await db.$transaction((tx) => countDay(tx, day));
		days += 1;
	}
	return { days, more: false };
}

async function countDay(tx: Transaction, day: string): Promise<void> {
	await tx.$executeRaw`SELECT pg_advisory_xact_lock(${COUNTING}::bigint)`;
	await tx.$executeRaw`DELETE FROM view_totals WHERE day = ${day}::date`;
	await tx.$executeRaw`
		INSERT INTO view_totals (day, kind, name, views, visitors)
		SELECT ${day}::date, kind, CASE WHEN place <= ${NAMES_PER_DAY} THEN name ELSE ${OTHER_NAMES} END,
			sum(views), sum(visitors)
		FROM (
			SELECT *, row_number() OVER (PARTITION BY kind ORDER BY views DESC, name) AS place
			FROM (${viewsByName(day, dayAfter(day))}) AS counted
		) AS placed
		GROUP BY 2, 3
		-- A day without views was counted, too.
		UNION ALL SELECT ${day}::date, 'all', '', 0, 0 WHERE NOT EXISTS (
			SELECT FROM page_views WHERE at >= ${midnight(day)} AND at < ${midnight(dayAfter(day))}
		)`;
}
