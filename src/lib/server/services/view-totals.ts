import type { Breakdown } from '$lib/schemas/analytics';
import type { Transaction } from '../db';
import { Prisma } from '../prisma/client';
import { dayAfter, midnight } from './days';

/* A visitor is one for a day, so that the visitors of several days are their sum. */

/** Referrers can be made up by anyone: a day keeps the names that are seen most, and the rest as one. */
const NAMES_PER_DAY = 200;

/** What stands for all names beyond those that are kept. No name is like it. */
export const OTHER_NAMES = '*';

/** What views are counted by. */
export type ViewKind = 'all' | Breakdown;

/**
 * Single views from a day on and until another (without it), counted by day and kind: `day, kind, name, views,
 * visitors`. A visitor for whom views of different weight stand was seen while more were counted, so that the
 * smallest holds. Who they are decides on country, device, browser and system: those need one pass by visitor.
 */
export const viewsByName = (from: string, before: string) => Prisma.sql`
	SELECT day, kind, name, sum(views)::bigint AS views, sum(weight)::bigint AS visitors
	FROM (
		SELECT (at AT TIME ZONE 'UTC')::date AS day, visitor, coalesce(country, '') AS country, device,
			browser, system, sum(weight) AS views, min(weight) AS weight
		FROM page_views WHERE at >= ${midnight(from)} AND at < ${midnight(before)}
		GROUP BY 1, 2, 3, 4, 5, 6
	) AS visits, LATERAL (VALUES
		('all', ''), ('country', country), ('device', device), ('browser', browser), ('system', system)
	) AS seen (kind, name)
	GROUP BY day, kind, name
	UNION ALL ${viewsBy('route', from, before)}
	UNION ALL ${viewsBy('referrer', from, before)}`;

/** The same by one column, which a visitor has several values of. */
function viewsBy(kind: 'route' | 'referrer', from: string, before: string): Prisma.Sql {
	const column = Prisma.raw(kind);
	return Prisma.sql`
		SELECT day, ${kind} AS kind, name, sum(views)::bigint AS views,
			sum(weight)::bigint AS visitors
		FROM (
			SELECT (at AT TIME ZONE 'UTC')::date AS day, visitor, ${column} AS name, sum(weight) AS views,
				min(weight) AS weight
			FROM page_views WHERE at >= ${midnight(from)} AND at < ${midnight(before)}
				AND ${column} IS NOT NULL
			GROUP BY 1, 2, 3
		) AS visits GROUP BY day, name`;
}

/** The same by the hour (UTC): whoever comes in two hours counts in both. */
const viewsByHour = (from: string, before: string) => Prisma.sql`
	SELECT day, 'hour' AS kind, name, sum(views)::bigint AS views, sum(weight)::bigint AS visitors
	FROM (
		SELECT (at AT TIME ZONE 'UTC')::date AS day, visitor, to_char(at AT TIME ZONE 'UTC', 'HH24') AS name,
			sum(weight) AS views, min(weight) AS weight
		FROM page_views WHERE at >= ${midnight(from)} AND at < ${midnight(before)}
		GROUP BY 1, 2, 3
	) AS visits GROUP BY day, name`;

/** Puts the totals of a day's views in place of what they were. Of made-up names it keeps as many as anyone reads. */
export async function countViewsOf(tx: Transaction, day: string): Promise<void> {
	await tx.$executeRaw`DELETE FROM view_totals WHERE day = ${day}::date`;
	await tx.$executeRaw`
		INSERT INTO view_totals (day, kind, name, views, visitors, counted_at)
		SELECT ${day}::date, kind, CASE WHEN place <= ${NAMES_PER_DAY} THEN name ELSE ${OTHER_NAMES} END,
			sum(views), sum(visitors), now()
		FROM (
			SELECT *, row_number() OVER (PARTITION BY kind ORDER BY views DESC, name) AS place
			FROM (
				${viewsByName(day, dayAfter(day))} UNION ALL ${viewsByHour(day, dayAfter(day))}
			) AS counted
		) AS placed
		GROUP BY 2, 3
		-- A day without views was counted, too.
		UNION ALL SELECT ${day}::date, 'all', '', 0, 0, now() WHERE NOT EXISTS (
			SELECT FROM page_views WHERE at >= ${midnight(day)} AND at < ${midnight(dayAfter(day))}
		)`;
}
