import type pg from 'pg';
import type { ProbeName } from '../../../src/lib/probes.ts';
import { COMMITS, idFrom, noise } from './ids.ts';

/** Where each fails, and why. */
const FAULTS: Record<ProbeName, [step: string, cause: string]> = {
	signIn: [
		'read the mail',
		'PrismaClientKnownRequestError: Timed out fetching a new connection from the connection pool. More info: ' +
			'http://pris.ly/d/connection-pool (Current connection pool timeout: 10, connection limit: 5), while 4 others ' +
			'waited for the same and the oldest of them had waited for 9 seconds'
	],
	ideas: ['create', 'no answer in 4000 ms'],
	export: [
		'compare',
		'TypeError: a-word-that-is-as-long-as-a-narrow-window-and-does-not-break-of-itself-'.repeat(4)
	],
	relayEcho: ['connect a computer', 'the relay is not reached (ECONNREFUSED)']
};

/**
 * Three weeks of tries, every ten minutes. Each fails now and then by chance, the ideas for an hour and a half some days
 * ago, and tonight they and signing in every other time.
 */
export async function fillProbes(client: pg.Client): Promise<void> {
	await client.query(
		`INSERT INTO probe_runs (id, probe, is_ok, step, cause, duration_ms, release, at)
		 SELECT ${idFrom("'probe' || probe || n")}, probe, is_ok, CASE WHEN NOT is_ok THEN fault ->> 0 END,
			CASE WHEN NOT is_ok THEN fault ->> 1 END,
			CASE WHEN is_ok THEN 30 + (180 * power(chance, 4))::int ELSE 900 + (3200 * chance)::int END,
			($2::text[])[1 + least(n / 500, 5)], now() - make_interval(mins => 3 + n * 10)
		 FROM jsonb_each($1::jsonb) WITH ORDINALITY AS p (probe, fault, place), generate_series(0, 3023) AS n,
			LATERAL (SELECT ${noise('n * 7 + place')} AS chance) AS c,
			LATERAL (SELECT NOT (chance > 0.997 OR probe = 'ideas' AND n BETWEEN 700 AND 708
				OR probe IN ('ideas', 'signIn') AND n < 9 AND n % 2 = 0) AS is_ok) AS w`,
		[JSON.stringify(FAULTS), COMMITS]
	);
}
