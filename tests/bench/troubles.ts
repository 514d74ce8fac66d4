import type { Client } from 'pg';
import { withConnection } from '../../scripts/local/postgres-connection.ts';

/** How much of each kind stands in the tables. */
const TROUBLES = {
	groups: 20_000,
	eventsEach: 25,
	alerts: 100_000,
	incidents: 100_000,
	messages: 100_000,
	problems: 100_000,
	runs: 100_000,
	entries: 100_000,
	people: 5_000,
	/** Every five minutes of ninety days. */
	probeRounds: 288 * 90
};

/** A moment `n` of so many over the last ninety days. */
const AT = `now() - n * interval '90 days' / $1::int`;

/** Fills what operators look at with much of everything: errors, alerts, incidents, mails, problems, runs, audit. */
export const seedTroubles = (databaseUrl: string): Promise<void> =>
	withConnection(databaseUrl, async (client) => {
		await seedPeople(client);
		await seedErrors(client);
		await seedIncidents(client);
		await seedMessages(client);
		await seedRecords(client);
		await seedProbes(client);
		await seedMeasures(client);
		await client.query('VACUUM ANALYZE');
	});

async function seedPeople(client: Client): Promise<void> {
	await client.query(
		`INSERT INTO users (id, email, created_at)
		 SELECT gen_random_uuid(), 'person-' || n || '@b.test', ${AT} FROM generate_series(1, $1::int) AS n`,
		[TROUBLES.people]
	);
	await client.query(
		`INSERT INTO sessions (id, token_hash, user_id, expires_at, last_seen_at)
		 SELECT gen_random_uuid(), md5(id::text), id, now() + interval '30 days', created_at FROM users`
	);
}

/** Twenty thousand kinds, each with 25 events, a day of hours and some people. */
async function seedErrors(client: Client): Promise<void> {
	await client.query(
		`INSERT INTO error_groups (id, fingerprint, source, kind, message, culprit, count, first_at, last_at,
			first_release, last_release, resolved_at)
		 SELECT gen_random_uuid(), md5(n::text),
			(ARRAY['app', 'browser', 'relay'])[1 + n % 3]::program_source, 'TypeError',
			'Cannot read properties of undefined, number ' || md5(n::text), 'function' || n % 500, $2::int, ${AT},
			now() - n * interval '10 days' / $1::int, 'abc', 'def', CASE WHEN n % 4 = 0 THEN now() END
		 FROM generate_series(1, $1::int) AS n`,
		[TROUBLES.groups, TROUBLES.eventsEach]
	);
	await client.query(
		`INSERT INTO error_events (id, group_id, at, source, message, stack, release, route, request_id)
		 SELECT gen_random_uuid(), g.id, g.last_at - n * interval '1 hour', g.source, g.message,
			repeat('    at work (file:///app/build/server/chunks/ideas.js:120:14)' || E'\\n', 12), 'def',
			'/(app)/ideas', md5(g.id::text || n)
		 FROM error_groups AS g, generate_series(0, $1::int - 1) AS n`,
		[TROUBLES.eventsEach]
	);
	await client.query(
		`INSERT INTO error_hours (group_id, hour, count)
		 SELECT g.id, date_trunc('hour', g.last_at) - n * interval '1 hour', 1
		 FROM error_groups AS g, generate_series(0, $1::int - 1) AS n`,
		[TROUBLES.eventsEach]
	);
	await client.query(
		`INSERT INTO error_people (group_id, user_id)
		 SELECT g.id, u.id FROM error_groups AS g
		 CROSS JOIN LATERAL (SELECT id FROM users WHERE md5(users.id::text) > g.fingerprint ORDER BY id LIMIT 3) AS u`
	);
}

async function seedIncidents(client: Client): Promise<void> {
	await client.query(
		`INSERT INTO incidents (id, title, severity, status, opened_at, acknowledged_at, resolved_at)
		 SELECT gen_random_uuid(), 'Mails do not leave, number ' || n, 1 + n % 4,
			CASE WHEN n <= 20 THEN 'investigating' ELSE 'resolved' END::incident_status, ${AT}, ${AT},
			CASE WHEN n > 20 THEN ${AT} + interval '1 hour' END
		 FROM generate_series(1, $1::int) AS n`,
		[TROUBLES.incidents]
	);
	await client.query(
		`INSERT INTO alerts (id, rule, subject, severity, state, says, since, fired_at, recovered_at, told_at,
			incident_id)
		 SELECT gen_random_uuid(), (ARRAY['errors', 'slow', 'task', 'relay'])[1 + n % 4], 'subject ' || n, 1 + n % 4,
			CASE WHEN n <= 20 THEN 'firing' ELSE 'recovered' END::alert_state, '82 of 100 in use', ${AT}, ${AT},
			CASE WHEN n > 20 THEN ${AT} + interval '10 minutes' END, ${AT}, i.id
		 FROM generate_series(1, $1::int) AS n LEFT JOIN incidents AS i ON i.number = n AND n % 10 = 0`,
		[TROUBLES.alerts]
	);
	await client.query(
		`INSERT INTO incident_entries (id, incident_id, at, kind, text)
		 SELECT gen_random_uuid(), id, opened_at + interval '5 minutes', 'note', 'It is the key.' FROM incidents`
	);
	await client.query(
		`INSERT INTO problem_reports (id, text, page, release, created_at, user_id)
		 SELECT gen_random_uuid(), 'It does not open any more.', '/ideas', 'def', ${AT},
			(SELECT id FROM users WHERE email = 'person-' || (1 + n % 5000) || '@b.test')
		 FROM generate_series(1, $1::int) AS n`,
		[TROUBLES.problems]
	);
}

/** Mails of two months, and what was posted of alerts. A thirtieth of it waits or was given up. */
async function seedMessages(client: Client): Promise<void> {
	await client.query(
		`INSERT INTO outbox (id, kind, state, attempts, next_attempt_at, created_at, sent_at, template, recipient)
		 SELECT gen_random_uuid(), CASE WHEN n % 5 = 0 THEN 'alert' ELSE 'mail' END,
			(CASE WHEN n % 30 = 0 THEN 'failed' WHEN n <= 200 THEN 'withheld' ELSE 'sent' END)::outbox_state, 1,
			${AT}, ${AT}, ${AT}, 'signIn',
			CASE WHEN n % 5 = 0 THEN 'environment' ELSE 'person-' || n % 5000 || '@b.test' END
		 FROM generate_series(1, $1::int) AS n`,
		[TROUBLES.messages]
	);
}

/** Runs of tasks and entries of the audit. */
async function seedRecords(client: Client): Promise<void> {
	await client.query(
		`INSERT INTO task_runs (id, task, trigger, state, started_at, finished_at, counts)
		 SELECT gen_random_uuid(),
			(ARRAY['purge-logs', 'send-outbox', 'seal-audit', 'check-alerts', 'purge-sessions'])[1 + n % 5], 'clock',
			'succeeded', ${AT}, ${AT}, '{"deleted": 1}' FROM generate_series(1, $1::int) AS n`,
		[TROUBLES.runs]
	);
	await client.query(
		`INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, target_kind, target_id, request_id, sequence,
			hash)
		 SELECT gen_random_uuid(), ${AT}, 'system', NULL,
			(ARRAY['idea.create', 'session.end', 'switch.set', 'task.run', 'account.role'])[1 + n % 5], 'idea',
			md5(n::text), md5((n / 2)::text), CASE WHEN n > 50 THEN $1::int + 1 - n END, md5(n::text)
		 FROM generate_series(1, $1::int) AS n`,
		[TROUBLES.entries]
	);
}

/** Four probes, each as often as it can be tried; every 200th try failed. */
async function seedProbes(client: Client): Promise<void> {
	await client.query(
		`INSERT INTO probe_runs (id, probe, is_ok, step, cause, duration_ms, release, at)
		 SELECT gen_random_uuid(), probe, is_ok, CASE WHEN NOT is_ok THEN 'create' END,
			CASE WHEN NOT is_ok THEN repeat('the database does not answer, ', 16) END, 40 + n % 400, md5((n / 3000)::text), ${AT}
		 FROM generate_series(1, $1::int) AS n, unnest(ARRAY['signIn', 'ideas', 'export', 'relayEcho']) AS probe,
			LATERAL (SELECT (n + length(probe)) % 200 > 0 AS is_ok) AS went`,
		[TROUBLES.probeRounds]
	);
}

/** What the program measured of its statements and its database in a month. */
async function seedMeasures(client: Client): Promise<void> {
	await client.query(
		`INSERT INTO statement_times (hour, statement, calls, total_ms, slowest_ms, buckets)
		 SELECT date_trunc('hour', now()) - h * interval '1 hour', 'SELECT number ' || n, 1000, 5000, 90,
			(SELECT array_agg(i) FROM generate_series(1, 23) AS i)
		 FROM generate_series(0, 719) AS h, generate_series(1, 150) AS n`
	);
	await client.query(
		`INSERT INTO database_sizes (day, relation, bytes)
		 SELECT (now() AT TIME ZONE 'UTC')::date - d, CASE WHEN n = 0 THEN '' ELSE 'public.table_' || n END, 1000000 * n
		 FROM generate_series(0, 399) AS d, generate_series(0, 60) AS n`
	);
}
