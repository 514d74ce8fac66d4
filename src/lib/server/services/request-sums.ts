import { db } from '../db';
import { DURATION_BOUNDS_MS, quantileMs } from '../durations';
import { Prisma } from '../prisma/client';

/** What many rows of totals add up to. */
export interface RequestSums {
	requests: number;
	refused: number;
	failed: number;
	errors: number;
	bytes: number;
	durations: number[];
}

const places = Array.from({ length: DURATION_BOUNDS_MS.length + 1 }, (_, place) => place + 1);

/** Every count as one number. */
export const counts = Prisma.sql`
	coalesce(sum(t.requests), 0)::float8 AS requests, coalesce(sum(t.refused), 0)::float8 AS refused,
	coalesce(sum(t.failed), 0)::float8 AS failed, coalesce(sum(t.errors), 0)::float8 AS errors,
	coalesce(sum(t.bytes), 0)::float8 AS bytes`;

/**
 * The same with the durations, in one pass over the rows. As whole numbers of 64 bits Postgres would keep their sums in
 * a wider type, which costs more than adding them.
 */
export const sums = Prisma.sql`${counts}, ARRAY[${Prisma.join(
	places.map(
		(place) => Prisma.sql`coalesce(sum(t.durations[${Prisma.raw(String(place))}]::float8), 0)`
	)
)}]::float8[] AS durations`;

/** Rows of every length since then: each request stands in one of them. */
export const since = (from: Prisma.Sql): Prisma.Sql =>
	Prisma.sql`t.step IN ('minute', 'quarter', 'hour', 'day') AND t.starts_at >= ${from}`;

/** What people and programs asked for: not the calls inside of it, and not whether Coda is there. */
export const isTraffic = Prisma.sql`t.source IN ('page', 'api')`;

/** The sums of the last minutes, as a part of another statement. */
export const selectLast = (minutes: number): Prisma.Sql => Prisma.sql`
	SELECT ${sums} FROM request_totals AS t
	WHERE ${since(Prisma.sql`date_trunc('minute', now()) - make_interval(mins => ${minutes}::int)`)} AND ${isTraffic}`;

/** The sums of the last minutes. */
export async function sumsOfLast(minutes: number): Promise<RequestSums> {
	const [found] = await db.$queryRaw<RequestSums[]>(selectLast(minutes));
	if (!found) throw new Error('Sums without groups are always one row.');
	return found;
}

/** The share of answers that are errors of ours; 0 where nobody asked. */
export const errorShare = ({ requests, errors }: Pick<RequestSums, 'requests' | 'errors'>) =>
	requests > 0 ? errors / requests : 0;

/** Half and nearly all of them took at most so long. */
export const quantilesOf = ({ durations }: Pick<RequestSums, 'durations'>) => ({
	p50Ms: quantileMs(durations, 0.5),
	p95Ms: quantileMs(durations, 0.95),
	p99Ms: quantileMs(durations, 0.99)
});
