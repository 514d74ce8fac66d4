import { PROBES, type ProbeName } from '$lib/probes';
import { db } from '../db';
import type { Reading } from './alert-rules';
import { missingFor } from './probe-needs';

/** What was tried longer ago says nothing of now. */
const HOURS = 25;

/** Whether what was tried last failed twice in a row: once may be a deploy, or a line that broke. */
export async function readProbes(names: readonly ProbeName[]): Promise<Reading[]> {
	const rows = await db.$queryRaw<{ probe: ProbeName; fails: number; cause: string | null }[]>`
		SELECT name AS probe, count(*) FILTER (WHERE NOT r.is_ok)::int AS fails,
			(array_agg(r.step || ': ' || r.cause ORDER BY r.at DESC) FILTER (WHERE NOT r.is_ok))[1] AS cause
		FROM unnest(${[...names]}::text[]) AS name LEFT JOIN LATERAL (
			SELECT is_ok, step, cause, at FROM probe_runs
			WHERE probe = name AND at > now() - make_interval(hours => ${HOURS}::int)
			ORDER BY at DESC, id DESC LIMIT 2
		) AS r ON true
		GROUP BY name`;
	return rows
		.filter(({ probe }) => !missingFor(probe))
		.map(({ probe, fails, cause }) => ({
			subject: PROBES[probe].title,
			isBad: fails === 2,
			says: fails === 2 ? `twice – ${cause}` : fails === 1 ? `once – ${cause}` : 'works'
		}));
}
