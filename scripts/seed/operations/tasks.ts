import type pg from 'pg';
import { idFrom, noise } from './ids.ts';

/** How often each task ran, in minutes. */
const EVERY: Record<string, number> = {
	'purge-soft-deletes': 1_440,
	'cleanup-pairings': 360,
	'purge-sessions': 1_440,
	'purge-logs': 1_440,
	'delete-accounts': 1_440,
	'rotate-salt': 1_440,
	'measure-database': 1_440,
	'roll-up-analytics': 1_440,
	'purge-cron-runs': 1_440,
	'roll-requests': 60,
	'purge-imports': 1_440,
	'purge-audit': 1_440
};

const ERROR = `Error: canceling statement due to lock timeout
    at purgeLogLines (src/lib/server/services/log-lines.ts:173:9)
    at attempt (src/lib/server/tasks/purge-logs.ts:60:23)
${'    at a place with a name that is long enough for more than one line of a narrow window (node:internal)\n'.repeat(3)}`;

/** Runs of four weeks; one task has failed since two days, one was lost, some were kept out by another run. */
export async function fillTasks(client: pg.Client): Promise<void> {
	await client.query(
		`INSERT INTO task_runs (id, task, trigger, state, started_at, finished_at, counts, error)
		 SELECT ${idFrom("'run' || task || n")}, task, (CASE WHEN n % 19 = 3 THEN 'manual' WHEN n % 29 = 2 THEN 'ci' ELSE 'clock' END)::task_trigger,
			state::task_run_state, started, started + make_interval(secs => 0.05 + 90 * power(${noise('n + length(task)')}, 6)),
			CASE WHEN state = 'succeeded' THEN jsonb_build_object('logLines', n * 913 % 90000, 'emailLinks', n % 4, 'mails', n % 7) END,
			CASE WHEN state = 'failed' THEN $2 END
		 FROM jsonb_each_text($1::jsonb) AS t (task, every), generate_series(0, 90) AS n,
			LATERAL (SELECT now() - make_interval(mins => n * every::int + 4) AS started,
				CASE WHEN task = 'purge-logs' AND n < 3 OR n % 31 = 11 THEN 'failed' WHEN n % 43 = 9 THEN 'lost'
					WHEN n % 13 = 5 THEN 'skipped' ELSE 'succeeded' END AS state) AS r
		 WHERE n * every::int < 40320`,
		[JSON.stringify(EVERY), ERROR]
	);
	await client.query(
		`INSERT INTO tasks (name, first_seen_at, last_started_at, last_finished_at, last_success_at, failures)
		 SELECT task, now() - interval '60 days', max(started_at), max(finished_at),
			max(finished_at) FILTER (WHERE state = 'succeeded'), CASE WHEN task = 'purge-logs' THEN 3 ELSE 0 END
		 FROM task_runs WHERE id::text LIKE '5eed0b5e-%' GROUP BY task
		 ON CONFLICT (name) DO UPDATE SET first_seen_at = EXCLUDED.first_seen_at, last_started_at = EXCLUDED.last_started_at,
			last_finished_at = EXCLUDED.last_finished_at, last_success_at = EXCLUDED.last_success_at, failures = EXCLUDED.failures`
	);
}
