import type pg from 'pg';
import { noise, seedId } from './ids.ts';

/** How each part was on ninety days, and an announcement. */
export async function fillStatus(client: pg.Client): Promise<void> {
	await client.query(
		`INSERT INTO status_days AS d (component, day, state, checked_at, up_seconds, degraded_seconds, down_seconds)
		 SELECT part, (now() AT TIME ZONE 'UTC')::date - n,
			CASE WHEN n = 0 AND part = 'ideas' THEN 'down' WHEN n = 0 AND part = 'mail' THEN 'degraded' ELSE 'up' END,
			CASE WHEN n = 0 THEN now() ELSE date_trunc('day', now(), 'UTC') - make_interval(days => n - 1) - interval '20 seconds' END,
			watched - slow - gone, slow, gone
		 FROM generate_series(0, 89) AS n, unnest(ARRAY['app', 'signIn', 'ideas', 'mail', 'terminals']) WITH ORDINALITY AS p (part, place),
			LATERAL (SELECT CASE WHEN n = 0 THEN greatest(4000, extract(epoch FROM now() - date_trunc('day', now(), 'UTC'))::int)
				WHEN n % 31 = 12 THEN 50000 ELSE 86400 END AS watched,
				CASE WHEN ${noise('n * 7 + place')} > 0.93 THEN 1700 ELSE 0 END AS slow,
				CASE WHEN ${noise('n * 11 + place * 3')} > 0.97 OR n = 0 AND part = 'ideas' THEN 1500 ELSE 0 END AS gone) AS s
		 ON CONFLICT DO NOTHING`
	);
	await client.query(
		`INSERT INTO switches (name, value) VALUES ('announcement', jsonb_build_object('id', $1::text, 'tone', 'warning',
			'text', 'Saving is slow tonight. What you write is kept in your browser until it is sent.',
			'link', jsonb_build_object('href', '/status', 'label', 'How it is'))) ON CONFLICT DO NOTHING`,
		[seedId(301)]
	);
}
