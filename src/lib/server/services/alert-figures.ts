import { THRESHOLDS } from '$lib/thresholds';
import { count } from '$lib/time';
import { inUnits, MEASURES, type VitalName } from '$lib/vitals';
import { db } from '../db';
import type { ProgramSource } from '../prisma/client';
import type { Reading } from './alert-rules';
import { laneOf } from './error-groups';

/* What rules read of what processes and browsers have measured and noticed. */

/** Statements that failed in the last whole minute or since. A constraint that said no is no failure of the database. */
export async function readDatabaseErrors(): Promise<Reading[]> {
	const [row] = await db.$queryRaw<{ failures: number }[]>`
		SELECT coalesce(sum(count), 0)::int AS failures FROM statement_errors
		WHERE minute >= date_trunc('minute', now()) - interval '1 minute' AND kind <> 'constraint'`;
	const failures = row?.failures ?? 0;
	return [
		{
			isBad: failures >= THRESHOLDS.databaseErrorsPerMinute,
			says: failures === 0 ? 'none failed' : `${count(failures, 'statement')} failed`
		}
	];
}

/**
 * How fast pages felt to three of four visitors in the last hour, where enough were measured. Anyone can send a made-up
 * measurement, so that it is never graver than its rule.
 */
export async function readPageSpeed(): Promise<Reading[]> {
	const rows = await db.$queryRaw<
		{ metric: Extract<VitalName, 'lcp' | 'inp' | 'cls'>; loads: number; p75: number }[]
	>`
		SELECT metric, count(*)::int AS loads,
			percentile_disc(0.75) WITHIN GROUP (ORDER BY value)::int AS p75
		FROM web_vitals, LATERAL (VALUES ('lcp', lcp), ('inp', inp), ('cls', cls)) AS measured (metric, value)
		WHERE at > now() - interval '1 hour' AND value IS NOT NULL
		GROUP BY metric ORDER BY metric`;
	return rows.map(({ metric, loads, p75 }) => ({
		subject: metric,
		isBad: loads >= THRESHOLDS.leastLoads && p75 > MEASURES[metric].poor,
		says: `${MEASURES[metric].short} of ${inUnits(metric, p75)} at 75 % of ${count(loads, 'page load')}`
	}));
}

/**
 * Kinds of errors that nobody has met before, or that came back after they were resolved, by the program they come
 * from: anyone can invent an error of a browser, or of a computer of theirs, which is to hide none of the server's, and
 * whose words are not told.
 */
export async function readNewErrors(): Promise<Reading[]> {
	const rows = await db.$queryRaw<{ source: ProgramSource; kinds: number; latest: string }[]>`
		SELECT source::text, count(*)::int AS kinds, (array_agg(kind ORDER BY last_at DESC))[1] AS latest
		FROM error_groups
		WHERE resolved_at IS NULL
			AND greatest(first_at, regressed_at) > now() - make_interval(mins => ${THRESHOLDS.newErrorMinutes}::int)
		GROUP BY source ORDER BY source`;
	if (rows.length === 0) return [{ isBad: false, says: 'none' }];
	return rows.map(({ source, kinds, latest }) => ({
		subject: source,
		isBad: true,
		...(laneOf(source) === 'others'
			? { says: `${count(kinds, 'kind')}, the latest ${latest}` }
			: { severity: 4, says: count(kinds, 'kind') })
	}));
}
