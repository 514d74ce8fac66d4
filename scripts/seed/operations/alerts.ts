import type pg from 'pg';
import { idFrom, seedId } from './ids.ts';
import { INCIDENTS } from './incidents.ts';

/** Where alerts go; their webhook's address cannot be read, so that its messages fail. */
export const CHANNELS = { everyone: seedId(201), broken: seedId(202) } as const;

const OPEN = [
	{
		...{ rule: 'errors', subject: '', severity: 1, minutes: 24, incident: INCIDENTS.tonight },
		says: '4.2 % of 2,310 answers in five minutes'
	},
	{
		...{ rule: 'outside', subject: 'https://coda.example/readyz from Frankfurt and Singapore' },
		...{ severity: 2, minutes: 22, times: 4 },
		says: 'No answer within ten seconds, three times in a row: connect ETIMEDOUT'
	},
	{
		...{ rule: 'mail-late', subject: '', severity: 2, minutes: 31, incident: INCIDENTS.waiting },
		says: 'The first of 14 has been due for 31 minutes'
	},
	{
		...{ rule: 'task', subject: 'purge-logs', severity: 3, minutes: 2_890 },
		says: 'Error: canceling statement due to lock timeout'
	},
	{
		rule: 'slow',
		subject: '',
		severity: 2,
		minutes: 1,
		says: '7 of 100 calls above 2 s',
		state: 'pending'
	}
];

/** What fires, what is about to, what is over; two channels; quiet hours. */
export async function fillAlerts(client: pg.Client): Promise<void> {
	await client.query(
		`INSERT INTO alert_channels (id, kind, name, target) VALUES ($1::uuid, 'mail', 'Everyone who is an admin', NULL),
			($2::uuid, 'slack', 'The room of whoever is on call this week', 'not sealed')`,
		[CHANNELS.everyone, CHANNELS.broken]
	);
	await client.query(
		`INSERT INTO alerts (id, rule, subject, severity, state, says, since, fired_at, told_at, told_severity, times, incident_id)
		 SELECT ${idFrom("'open' || rule")}, rule, subject, severity, coalesce(state, 'firing')::alert_state, says,
			now() - make_interval(mins => minutes), CASE WHEN state IS NULL THEN told END, CASE WHEN state IS NULL THEN told END,
			CASE WHEN state IS NULL THEN severity END, coalesce(times, 1), incident
		 FROM jsonb_to_recordset($1::jsonb) AS o (rule text, subject text, severity int, minutes int, says text, state text,
			times int, incident uuid), LATERAL (SELECT now() - make_interval(mins => minutes - 1) AS told) AS t
		 ON CONFLICT DO NOTHING`,
		[JSON.stringify(OPEN)]
	);
	await client.query(
		`INSERT INTO alerts (id, rule, subject, severity, state, says, since, fired_at, told_at, told_severity, recovered_at,
			recovery_told_at, times, incident_id)
		 SELECT ${idFrom("'past' || n")}, (ARRAY['errors', 'task', 'certificate', 'new-error', 'database-errors', 'a-rule-that-is-no-more'])[1 + n % 6],
			CASE n % 6 WHEN 1 THEN 'roll-requests' WHEN 2 THEN 'a-host-with-a-long-name.coda.example' ELSE '' END, 1 + n % 4,
			'recovered', 'What was read in the end, number ' || n, at, at, at, 1 + n % 4, at + make_interval(mins => 4 + n * 3),
			at + make_interval(mins => 4 + n * 3), 1 + n % 3,
			CASE WHEN n % 5 = 0 THEN (SELECT id FROM incidents WHERE resolved_at > at ORDER BY opened_at LIMIT 1) END
		 FROM generate_series(1, 44) AS n, LATERAL (SELECT now() - make_interval(hours => n * 15) AS at) AS t`
	);
	await client.query(
		`INSERT INTO quiet_hours (id, from_minute, until_minute, time_zone, from_severity)
		 VALUES (true, 1320, 420, 'America/Argentina/ComodRivadavia', 3) ON CONFLICT DO NOTHING`
	);
	await client.query(
		`INSERT INTO alert_rules (key, is_on, silenced_until, read_at, readings, error) VALUES
			('errors', true, NULL, now(), '[{"subject": "", "says": "4.2 % of 2,310 answers in five minutes", "isBad": true}]', NULL),
			('certificate', true, now() + interval '6 days', now(), '[{"subject": "a-host-with-a-long-name.coda.example", "says": "61 days left", "isBad": false}]', NULL),
			('relay', false, NULL, now() - interval '3 days', '[]', NULL),
			('connections', true, NULL, now(), '[]', 'canceling statement due to statement timeout')
		 ON CONFLICT DO NOTHING`
	);
}
