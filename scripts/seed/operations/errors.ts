import type pg from 'pg';
import { COMMITS, idFrom, noise } from './ids.ts';

interface Kind {
	source: 'app' | 'relay' | 'runner' | 'browser';
	kind: string;
	message: string;
	culprit: string;
	/** How many in all, and when the first and the last were. */
	count: number;
	firstHours: number;
	lastMinutes: number;
	standing?: 'resolved' | 'regressed';
}

const KINDS: readonly Kind[] = [
	{
		...{ source: 'app', kind: 'PrismaClientKnownRequestError P2024', count: 412 },
		message:
			'Timed out fetching a new connection from the connection pool. More info: http://pris.ly/d/connection-pool (Current connection pool timeout: 10, connection limit: 5)',
		culprit: 'updateIdea',
		...{ firstHours: 0.4, lastMinutes: 0.5 }
	},
	{
		...{ source: 'app', kind: 'TypeError', count: 88, standing: 'regressed' },
		message: "Cannot read properties of undefined (reading 'position')",
		culprit: 'positionsBetween',
		...{ firstHours: 600, lastMinutes: 12 }
	},
	{
		...{ source: 'browser', kind: 'NetworkError', count: 18_402 },
		message: 'Failed to fetch dynamically imported module',
		culprit: '/(app)/ideas/[id=uuid]',
		...{ firstHours: 700, lastMinutes: 3 }
	},
	{
		...{ source: 'relay', kind: 'Error', count: 31 },
		message: 'The peer is too far behind the output',
		culprit: 'Session.output',
		...{ firstHours: 300, lastMinutes: 95 }
	},
	{
		...{ source: 'runner', kind: 'Error ENOSPC', count: 2 },
		message: `ENOSPC: no space left on device, write '/home/somebody/${'a-very-long-folder-name/'.repeat(9)}log'`,
		culprit: 'writeChunk',
		...{ firstHours: 90, lastMinutes: 5_000 }
	},
	{
		...{ source: 'app', kind: 'Error', count: 7, standing: 'resolved' },
		message: `An identifier that nothing can break: ${'0123456789abcdef'.repeat(20)}`,
		culprit: '/api/trpc',
		...{ firstHours: 500, lastMinutes: 9_000 }
	},
	...['RangeError', 'SyntaxError', 'AbortError', 'Error 23505', 'Error 57014', 'URIError'].map(
		(kind, place): Kind => ({
			...{ source: place % 2 ? 'browser' : 'app', kind, count: 3 + place * 17 },
			message: `What is usual for a ${kind}, number ${place}`,
			culprit: ['renderOutline', 'parseCursor', 'features.reorder'][place % 3] ?? '',
			...{ firstHours: 40 + place * 90, lastMinutes: 200 + place * 700 }
		})
	)
];

const STACK = [
	'PrismaClientKnownRequestError: Timed out fetching a new connection from the connection pool.',
	'    at updateIdea (src/lib/server/services/ideas.ts:148:23)',
	'    at src/lib/server/trpc/routers/ideas.ts:61:34',
	...Array.from(
		{ length: 14 },
		(_, n) =>
			`    at resolveMiddleware (node_modules/.pnpm/@trpc+server@11.7.2_typescript@5.9.3/node_modules/@trpc/server/dist/initTRPC-COaJMShh.mjs:${130 + n}:24)`
	),
	'    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)'
].join('\n');

/** Errors of every program: new, back again, resolved, frequent; of each some events, hours and people. */
export async function fillErrors(client: pg.Client): Promise<void> {
	await client.query(
		`INSERT INTO error_groups (id, fingerprint, source, kind, message, culprit, count, first_at, last_at,
			first_release, last_release, resolved_at, regressed_at)
		 SELECT ${idFrom("'group' || n")}, md5('group' || n), source::program_source, kind, left(message, 1000), culprit, count,
			now() - make_interval(secs => "firstHours" * 3600), now() - make_interval(secs => "lastMinutes" * 60),
			$2, $3, CASE standing WHEN 'resolved' THEN now() - interval '5 days' END,
			CASE standing WHEN 'regressed' THEN now() - interval '2 hours' END
		 FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (source text, kind text, message text, culprit text, count bigint,
			"firstHours" float8, "lastMinutes" float8, standing text)) WITH ORDINALITY
			AS k (source, kind, message, culprit, count, "firstHours", "lastMinutes", standing, n)`,
		[JSON.stringify(KINDS), COMMITS[5], COMMITS[0]]
	);
	await client.query(
		`INSERT INTO error_hours (group_id, hour, count)
		 SELECT id, date_trunc('hour', last_at) - make_interval(hours => n), 1 + count / 60 * ${noise('n + ascii(kind) + length(message)')}
		 FROM error_groups, generate_series(0, 167) AS n
		 WHERE id::text LIKE '5eed0b5e-%' AND date_trunc('hour', last_at) - make_interval(hours => n) >= date_trunc('hour', first_at)
			AND ${noise('n * 5 + length(message)')} < 0.7`
	);
	await client.query(
		`INSERT INTO error_people (group_id, user_id)
		 SELECT g.id, u.id FROM error_groups AS g, users AS u
		 WHERE g.id::text LIKE '5eed0b5e-%' AND u.id::text LIKE '5eed0b5e-%' AND hashtext(g.id::text || u.email) % 9 = 0`
	);
	await client.query(
		`INSERT INTO error_events (id, group_id, at, source, message, stack, release, route, request_id, user_id, tags, breadcrumbs)
		 SELECT ${idFrom("'event' || g.id || n")}, g.id, g.last_at - make_interval(mins => n * 7), g.source, g.message,
			CASE WHEN g.source = 'runner' THEN '' ELSE $1 END, g.last_release, '/(app)/ideas/[id=uuid]', 'request-' || n,
			(SELECT id FROM users WHERE id::text LIKE '5eed0b5e-%' ORDER BY id OFFSET n LIMIT 1),
			'{"feature": "ideas", "action": "update", "procedure": "ideas.update", "trace": "4bf92f3577b34da6a3ce929d0e0e4736"}',
			(SELECT jsonb_agg(jsonb_build_object('atMs', extract(epoch FROM g.last_at) * 1000 - n * 420000 - c * 4100,
				'kind', CASE WHEN c % 3 = 0 THEN 'call' ELSE 'page' END,
				'path', CASE WHEN c % 3 = 0 THEN '/api/trpc/ideas.update,features.list,tags.list?batch=1' ELSE '/ideas' END)
				|| CASE WHEN c % 3 = 0 THEN '{"status": 503}'::jsonb ELSE '{}' END ORDER BY c DESC)
			 FROM generate_series(1, 12) AS c)
		 FROM error_groups AS g, generate_series(0, 24) AS n
		 WHERE g.id::text LIKE '5eed0b5e-%' AND n < g.count AND g.last_at - make_interval(mins => n * 7) >= g.first_at`,
		[STACK]
	);
}
