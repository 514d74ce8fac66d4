import type pg from 'pg';
import { noise } from './ids.ts';

const STATEMENTS = [
	...[
		'idea.findMany',
		'session.findUnique',
		'idea.updateMany',
		'ideaMember.findMany',
		'feature.findMany'
	],
	...[
		'revision.create',
		'user.findUnique',
		'searchEntry.findMany',
		'outboxMessage.create',
		'tag.findMany'
	],
	'SELECT f.id, f.title, f.position, f.star, f.completed_at FROM features AS f JOIN idea_members AS m ON m.idea_id = f.i…',
	'INSERT INTO request_totals AS t (step, starts_at, source, method, route, release, requests, redirected, refused)',
	'UPDATE outbox SET attempts = attempts + ?, last_error = ?, next_attempt_at = now() + make_interval(secs => ?)'
];

/** Sizes of ninety days, and how long statements took over the last two. */
export async function fillDatabase(client: pg.Client): Promise<void> {
	await client.query(
		`INSERT INTO database_sizes (day, relation, bytes)
		 SELECT (now() AT TIME ZONE 'UTC')::date - n, relation, pg * (1 - n * 0.008 - 0.01 * ${noise('n')})
		 FROM generate_series(1, 90) AS n, (
			SELECT '' AS relation, pg_database_size(current_database()) AS pg
			UNION ALL SELECT 'public.' || relname, pg_total_relation_size(oid) FROM pg_class
			WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
		 ) AS r ON CONFLICT DO NOTHING`
	);
	await client.query(
		`INSERT INTO statement_times (hour, statement, calls, total_ms, slowest_ms, buckets)
		 SELECT date_trunc('hour', now(), 'UTC') - make_interval(hours => n), left(statement, 120), calls, calls * place * place * 0.3,
			40 + 4000 * power(${noise('n * 13 + place')}, 5),
			(SELECT array_agg(CASE WHEN b = 2 + place / 3 THEN calls - calls / 5 - calls / 40 WHEN b = 4 + place / 3 THEN calls / 5
				WHEN b = 9 + place / 3 THEN calls / 40 ELSE 0 END ORDER BY b) FROM generate_series(1, 23) AS b)
		 FROM generate_series(0, 47) AS n, unnest($1::text[]) WITH ORDINALITY AS s (statement, place),
			LATERAL (SELECT (8000 / place * (0.6 + ${noise('n + place')}))::int AS calls) AS c
		 ON CONFLICT DO NOTHING`,
		[STATEMENTS]
	);
	await client.query(
		`INSERT INTO statement_errors (minute, kind, count)
		 SELECT date_trunc('minute', now()) - make_interval(mins => n), kind, 1 + n % 5
		 FROM generate_series(0, 24) AS n, unnest(ARRAY['timeout', 'unreachable']) AS kind ON CONFLICT DO NOTHING`
	);
}
