import { PROBES, type ProbeName } from '$lib/probes';
import { db } from '../db';
import type { Reading } from './alert-rules';
import { missingFor } from './probe-needs';

/** What was tried longer ago is no news. */
const HOURS = 25;

/**
 * Whether what was tried last failed twice in a row, however long ago: once may be a deploy, or a line that broke, and
 * what is not tried any more works no better for it.
 */
export async function readProbes(names: readonly ProbeName[]): Promise<Reading[]> {
	const rows = await db.$queryRaw<Row[]>`
		SELECT name AS probe, count(*) FILTER (WHERE NOT r.is_ok)::int AS fails,
			coalesce(max(r.at) > now() - make_interval(hours => ${HOURS}::int), false) AS "isNews",
			(array_agg(r.step || ': ' || r.cause ORDER BY r.at DESC) FILTER (WHERE NOT r.is_ok))[1] AS cause
		FROM unnest(${[...names]}::text[]) AS name LEFT JOIN LATERAL (
			SELECT is_ok, step, cause, at FROM probe_runs
			WHERE probe = name ORDER BY at DESC, id DESC LIMIT 2
		) AS r ON true
		GROUP BY name`;
	return rows
		.filter(({ probe }) => !missingFor(probe))
		.map((row) => ({
			subject: PROBES[row.probe].title,
			isBad: row.fails === 2,
			says: saysOf(row)
		}));
}

interface Row {
	probe: ProbeName;
	/** Of the last two. */
	fails: number;
	/** The last one is of today. */
	isNews: boolean;
	cause: string | null;
}

function saysOf({ fails, isNews, cause }: Row): string {
	const failed = fails === 0 ? '' : `${fails === 2 ? 'twice' : 'once'} – ${cause}`;
	if (isNews) return failed || 'works';
	return failed ? `not tried for a day, before that ${failed}` : 'not tried for a day';
}
