import type { AnalyticsRange } from '$lib/schemas/analytics';
import { db } from '../db';
import { Prisma } from '../prisma/client';

/* Days of analytics: those of UTC, written as `2026-11-25`. */

/** More single rows than these take longer to count than anybody should wait for. */
const MUCH = { page_views: 20_000, web_vitals: 4_000 };

/** What is counted together, and what is not yet. */
export interface CountedDays {
	/** The last day that was: today only where today has much. */
	last: string | null;
	/** When that day was counted. */
	countedAt: Date | null;
	today: string;
	/** The present hour, in UTC. */
	hour: number;
	/** The oldest day that still has single rows. */
	oldest: string | null;
	/** Whether the days after the last one have more than can be counted while somebody waits. */
	isMuch: boolean;
	now: Date;
}

const beyond = (table: keyof typeof MUCH) => Prisma.sql`(
	SELECT count(*) > ${MUCH[table]}::int FROM (
		SELECT FROM ${Prisma.raw(table)}
		WHERE at >= coalesce((l.day + 1)::timestamp AT TIME ZONE 'UTC', '-infinity') LIMIT ${MUCH[table]}::int + 1
	) AS open
)`;

/** Which days were counted together, and how much there is beyond them. */
export async function countedDays(): Promise<CountedDays> {
	const [row] = await db.$queryRaw<CountedDays[]>`
		SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS today,
			extract(hour FROM now() AT TIME ZONE 'UTC')::int AS hour, now() AS now,
			to_char(l.day, 'YYYY-MM-DD') AS last, l.counted_at AS "countedAt",
			to_char(least((SELECT min(at) FROM page_views), (SELECT min(at) FROM web_vitals))
				AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS oldest,
			${beyond('page_views')} OR ${beyond('web_vitals')} AS "isMuch"
		FROM (VALUES (1)) AS one LEFT JOIN (
			SELECT day, counted_at FROM view_totals WHERE kind = 'all' ORDER BY day DESC LIMIT 1
		) AS l ON true`;
	if (!row) throw new Error('A SELECT without FROM gave no row.');
	return row;
}

/** Whether the last day that was counted went on after that, and has not been counted again. */
export const isInPart = ({ last, countedAt, today }: CountedDays): boolean =>
	last !== null && last < today && (countedAt?.valueOf() ?? Infinity) < Date.parse(dayAfter(last));

/** A day as `2026-11-25`, as the midnight that it begins with. */
export const midnight = (day: string) => Prisma.sql`(${day}::date::timestamp AT TIME ZONE 'UTC')`;

/** A day so many days later, as `2026-11-25`. */
export function dayAfter(day: string, days = 1): string {
	return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** More days than anyone looks at, and few enough to draw. */
const MOST_DAYS = 1_100;

/** The first and the last day, as `2026-11-25`; both belong to it. */
export interface DayRange {
	from: string;
	to: string;
}

/** The days that a range means: none later than today, at least one, and the right way round. */
export function daysOf({ days, from, to }: AnalyticsRange, today: string): DayRange {
	if (!from && !to) return { from: dayAfter(today, 1 - Number(days)), to: today };
	const [first = today, last = today] = [from || to, to || today].sort();
	const end = last < today ? last : today;
	const earliest = dayAfter(end, 1 - MOST_DAYS);
	const begin = first < end ? first : end;
	return { from: begin > earliest ? begin : earliest, to: end };
}

/** Every day of a range, the first one first. */
export function eachDay({ from, to }: DayRange): string[] {
	const days: string[] = [];
	for (let day = from; day <= to; day = dayAfter(day)) days.push(day);
	return days;
}
