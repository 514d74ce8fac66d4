import type pg from 'pg';
import { COMMITS, idFrom } from './ids.ts';

const LINES = 2_600;

const STACK = [
	'Error: connect ETIMEDOUT 203.0.113.7:5432',
	...Array.from(
		{ length: 22 },
		(_, n) =>
			`    at Pool.${n % 3 ? 'connect' : 'acquire'} (node_modules/.pnpm/pg-pool@3.10.1/node_modules/pg-pool/index.js:${45 + n * 9}:11)`
	)
].join('\n');

/** What is seldom, and hard to show. */
const ODD: readonly { message: string; level: string; fields: object }[] = [
	{
		...{ message: 'Unexpected error', level: 'error' },
		fields: {
			error: { name: 'Error', message: 'connect ETIMEDOUT', stack: STACK, code: 'ETIMEDOUT' }
		}
	},
	{
		...{ message: `A sentence that does not end ${'and goes on '.repeat(150)}`, level: 'warn' },
		fields: { durationMs: 12_345 }
	},
	{
		...{ message: `Token too long: ${'x0'.repeat(300)}`, level: 'warn' },
		fields: { [`name${'OfAField'.repeat(12)}`]: '='.repeat(900) }
	},
	{
		...{
			message: '\u001b[31mred\u001b[0m and \u202Ebackwards\u202C, from a program',
			level: 'info'
		},
		fields: { output: 'first line\nsecond\tline\r\nthird \u0007 line' }
	},
	{
		...{ message: 'Task finished', level: 'info' },
		fields: {
			task: 'purge-logs',
			counts: { mails: 12, undoActions: 4_031, logLines: 190_422, errors: 0, views: 88_120 },
			nested: { a: { b: { c: [1, 2, 3, { d: null }] } } }
		}
	}
];

/** Lines of a fortnight, most of them of the last hours, with what is long, wide or not to be trusted. */
export async function fillLogLines(client: pg.Client): Promise<void> {
	await client.query(
		`INSERT INTO log_lines (id, at, level, message, source, release, route, request_id, user_id, fields)
		 SELECT ${idFrom("'line' || n")}, now() - make_interval(secs => n * 2 + power(n / 40.0, 3.3)),
			(CASE WHEN odd IS NOT NULL THEN odd ->> 'level' WHEN n % 3 = 0 AND n < 400 THEN 'warn' ELSE 'info' END)::log_level,
			coalesce(odd ->> 'message', (ARRAY['Request', 'Signed in', 'Idea saved', 'Mail sent', 'Runner connected'])
				[CASE WHEN n % 3 = 0 AND n < 400 THEN 1 ELSE 1 + n % 5 END]),
			(CASE WHEN n % 23 = 0 THEN 'relay' WHEN n % 41 = 0 THEN 'runner' ELSE 'app' END)::program_source, $2,
			(ARRAY['/(app)/ideas', '/api/trpc', '/(app)/ideas/[id=uuid]', NULL,
				'/(app)/devices/[id=uuid]/terminals/[terminal=uuid]'])[1 + n % 5],
			CASE WHEN n % 2 = 0 THEN 'request-' || n % 60 END,
			(SELECT id FROM users WHERE id = ${idFrom("'person' || n % 90")}),
			coalesce(odd ->> 'fields', jsonb_build_object('status', CASE WHEN n % 3 = 0 THEN 503 ELSE 200 END,
				'durationMs', n * 37 % 900, 'method', 'POST', 'path', '/api/trpc/ideas.update')::text)
		 FROM generate_series(0, ${LINES}) AS n,
			LATERAL (SELECT CASE WHEN n % 17 = 4 THEN $1::jsonb -> (n / 17 % ${ODD.length}) END AS odd) AS o`,
		[
			JSON.stringify(
				ODD.map(({ message, level, fields }) => ({
					...{ message: message.slice(0, 2_000), level },
					fields: JSON.stringify(fields)
				}))
			),
			COMMITS[0]
		]
	);
}
