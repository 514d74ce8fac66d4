import type pg from 'pg';
import { idFrom, seedId } from './ids.ts';
import { OPERATORS } from './people.ts';

/** Incidents that alerts belong to: the one of tonight, and one that nobody has begun with. */
export const INCIDENTS = { tonight: seedId(101), waiting: seedId(102) } as const;

const TITLES = [
	'Saving ideas fails for one of fifteen: statements wait for a connection to the database',
	'Mails are late',
	'The mark on the search page is cut off in Safari',
	'Nobody could sign in',
	'A title as long as a title may be, because whoever wrote it at three in the morning put into it everything that was known by then, which routes failed, since when, and what they had tried already'
];

/** Incidents of each severity: one that goes on with a long timeline, one overdue, past ones, published and not. */
export async function fillIncidents(client: pg.Client): Promise<void> {
	await client.query(
		`INSERT INTO incidents (id, title, severity, status, opened_at, opened_by, owner_id, acknowledged_at, resolved_at, public_title)
		 VALUES ($1::uuid, $3, 2, 'identified', now() - interval '24 minutes', NULL, $5::uuid, now() - interval '20 minutes', NULL, 'Saving ideas fails for some'),
			($2::uuid, $4, 1, 'investigating', now() - interval '31 minutes', NULL, NULL, NULL, NULL, NULL)
		 ON CONFLICT (id) DO UPDATE SET opened_at = EXCLUDED.opened_at, acknowledged_at = EXCLUDED.acknowledged_at,
			status = EXCLUDED.status, resolved_at = NULL`,
		[INCIDENTS.tonight, INCIDENTS.waiting, TITLES[0], TITLES[1], OPERATORS[0]]
	);
	await client.query(
		`INSERT INTO incidents (id, title, severity, status, opened_at, opened_by, owner_id, acknowledged_at, resolved_at, public_title)
		 SELECT ${idFrom("'incident' || n")}, ($1::text[])[1 + n % 5], 1 + n % 4, 'resolved', at, $2::uuid,
			CASE WHEN n % 3 > 0 THEN ($3::uuid[])[1 + n % 2] END, at + make_interval(mins => 3 + n * 2),
			at + make_interval(mins => 20 + n * n * 7), CASE WHEN n % 4 < 2 THEN ($1::text[])[1 + n % 5] END
		 FROM generate_series(1, 24) AS n, LATERAL (SELECT now() - make_interval(days => n * 4) AS at) AS t
		 ON CONFLICT (id) DO UPDATE SET opened_at = EXCLUDED.opened_at, acknowledged_at = EXCLUDED.acknowledged_at,
			resolved_at = EXCLUDED.resolved_at`,
		[TITLES, OPERATORS[0], [...OPERATORS]]
	);
	await client.query(
		`INSERT INTO incident_entries (id, incident_id, at, kind, text, author_id)
		 SELECT ${idFrom("'entry' || i.id || n")}, i.id, i.opened_at + make_interval(secs => n * 50),
			(CASE WHEN n % 5 = 4 THEN 'update' ELSE 'note' END)::incident_entry_kind,
			(ARRAY['Looked at the database: 48 of 50 connections are taken, most of them idle in transaction.',
				'Began with the release of an hour ago.',
				'${'https://grafana.example/d/abcdef/postgres?orgId=1&from=now-6h&to=now&var-instance='.padEnd(420, 'a')}',
				'Halved the rate limits. It got a little better, then it did not.\n\nNext: roll back. Whoever is on call for the database knows, and calls back in ten minutes.',
				'Some ideas could not be saved. What you write is kept in your browser and sent again by itself.'])[1 + n % 5],
			($1::uuid[])[1 + n % 2]
		 FROM incidents AS i, generate_series(1, CASE WHEN i.resolved_at IS NULL THEN 26 ELSE 6 END) AS n
		 WHERE i.id::text LIKE '5eed0b5e-%' AND i.id <> $2`,
		[[...OPERATORS], INCIDENTS.waiting]
	);
	await client.query(
		`INSERT INTO incident_actions (id, incident_id, text, owner_id, due_on, done_at)
		 SELECT ${idFrom("'action' || i.id || n")}, i.id,
			(ARRAY['Alert when more than half of the connections are idle in transaction', 'Write down how to roll back',
				'Find out why the pool of every process is as large as all of the connections that the database takes'])[n],
			CASE WHEN n <> 2 THEN $1::uuid END, (now() + make_interval(days => n * 3 - 4))::date, CASE WHEN n = 2 THEN now() END
		 FROM incidents AS i, generate_series(1, 3) AS n WHERE i.id::text LIKE '5eed0b5e-%'`,
		[OPERATORS[0]]
	);
	await client.query(
		`UPDATE problem_reports SET incident_id = $1 WHERE id IN (
			SELECT id FROM problem_reports WHERE id::text LIKE '5eed0b5e-%' ORDER BY created_at DESC LIMIT 3)`,
		[INCIDENTS.tonight]
	);
}
