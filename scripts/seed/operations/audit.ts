import type pg from 'pg';
import { idFrom } from './ids.ts';
import { INCIDENTS } from './incidents.ts';
import { OPERATORS } from './people.ts';

/** What people, operators and Coda did within a month. Entries are only ever added: a second time adds nothing. */
export async function fillAudit(client: pg.Client): Promise<void> {
	await client.query(
		`INSERT INTO audit_entries (id, at, actor_kind, actor_id, person_id, action, target_kind, target_id, outcome, changed,
			details, request_id)
		 SELECT ${idFrom("'audit' || n")}, now() - make_interval(mins => 2 + n * 70),
			(CASE WHEN u.id IS NULL THEN 'system' ELSE 'person' END)::actor_kind, u.id::text, u.id, action, split_part(action, '.', 1),
			${idFrom("'target' || n")}::text, (ARRAY['done', 'done', 'done', 'refused', 'failed'])[1 + n % 5]::audit_outcome,
			CASE WHEN n % 4 = 0 THEN ARRAY['title', 'notes', 'linkUrl', 'visibility'] ELSE '{}' END,
			CASE WHEN n % 6 = 0 THEN '{"reason": "a reason that somebody wrote down because it will be asked for one day", "by": "link"}'::jsonb END,
			'request-' || n % 60
		 FROM generate_series(1, 420) AS n LEFT JOIN users AS u ON u.id = ${idFrom("'person' || n % 50")},
			LATERAL (SELECT (ARRAY['idea.update', 'idea.create', 'session.create', 'session.refuse', 'account.role', 'mail.sendAgain',
				'idea.export', 'audit.purge', 'runner.pair'])[1 + n % 9] AS action) AS a
		 ON CONFLICT DO NOTHING`
	);
	await client.query(
		`INSERT INTO audit_entries (id, at, actor_kind, actor_id, person_id, action, target_kind, target_id, details)
		 SELECT ${idFrom("'act' || action")}, now() - make_interval(mins => minutes), 'person', $1::text, $1::uuid, action, 'incident', $2, details
		 FROM (VALUES ('incident.acknowledge', 20, NULL), ('incident.setStatus', 12, '{"status": "identified"}'::jsonb),
			('switch.set', 9, '{"name": "rateMultiplier", "to": "0.5 ×", "reason": "too much for the database"}')) AS v (action, minutes, details)
		 ON CONFLICT DO NOTHING`,
		[OPERATORS[0], INCIDENTS.tonight]
	);
}
