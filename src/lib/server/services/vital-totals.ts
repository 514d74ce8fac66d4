import { BUCKET_ENDS, MOST_BUCKETS, VITAL_NAMES } from '$lib/vitals';
import type { Transaction } from '../db';
import { Prisma } from '../prisma/client';
import { midnight, dayAfter } from './days';

/** Ends belong to their bucket, and figures are whole: half a unit above an end the next bucket begins. */
const bucketOf = Prisma.join(
	VITAL_NAMES.map((name) => {
		const ends = BUCKET_ENDS[name].map((end) => end + 0.5);
		return Prisma.sql`WHEN ${name} THEN width_bucket(value::float8, ${ends}::float8[])`;
	}),
	' '
);

/**
 * Single measurements from a day on and until another (without it), counted by bucket: `day, route, device,
 * metric, bucket, loads`. An empty route or device stands for all of them, so that no question has to add up
 * more than it shows.
 */
export const vitalsByBucket = (from: string, before: string) => Prisma.sql`
	SELECT day, coalesce(route, '') AS route, coalesce(device, '') AS device, metric, bucket,
		sum(weight)::bigint AS loads
	FROM (
		SELECT (at AT TIME ZONE 'UTC')::date AS day, route, device, metric, weight,
			CASE metric ${bucketOf} END AS bucket
		FROM web_vitals, LATERAL (VALUES
			('lcp', lcp), ('inp', inp), ('cls', cls), ('fcp', fcp), ('ttfb', ttfb)
		) AS measured (metric, value)
		WHERE at >= ${midnight(from)} AND at < ${midnight(before)} AND value IS NOT NULL
	) AS measurements
	GROUP BY day, metric, bucket, CUBE (route, device)`;

/** Puts the totals of a day's measurements in place of what they were. */
export async function countVitalsOf(tx: Transaction, day: string): Promise<void> {
	await tx.$executeRaw`DELETE FROM vital_histograms WHERE day = ${day}::date`;
	// In the order in which they are read.
	await tx.$executeRaw`
		INSERT INTO vital_histograms (day, route, device, metric, loads)
		SELECT day, route, device, metric, ARRAY(
			SELECT coalesce(loads[array_position(buckets, bucket)], 0)
			FROM generate_series(0, ${MOST_BUCKETS}::int - 1) AS bucket ORDER BY bucket
		)
		FROM (
			SELECT day, route, device, metric, array_agg(bucket) AS buckets, array_agg(least(loads, 2147483647)::int) AS loads
			FROM (${vitalsByBucket(day, dayAfter(day))}) AS counted GROUP BY day, route, device, metric
		) AS found
		ORDER BY device, route, metric`;
}
