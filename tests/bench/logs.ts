import { withConnection } from '../../scripts/local/postgres-connection.ts';
import { LogFilter } from '../../src/lib/schemas/logs.ts';
import type { Row } from './report.ts';
import { timesOver } from './times.ts';

const LINES = 1_000_000;
const PAGES = 40;
const BATCHES = 40;
const LIMIT_MS = 500;

const ADMIN = { kind: 'person', userId: '', requestId: 'bench' } as const;

/** Fills the log as a busy fortnight does: a twentieth of it serious, half of it of somebody's request. */
export async function seedLines(databaseUrl: string): Promise<void> {
	await withConnection(databaseUrl, async (client) => {
		await client.query(
			`INSERT INTO log_lines (id, at, level, message, source, release, route, request_id, user_id, fields)
			 SELECT gen_random_uuid(), now() - make_interval(secs => n * 1.2),
				(CASE WHEN n % 200 = 0 THEN 'error' WHEN n % 20 = 0 THEN 'warn' ELSE 'info' END)::log_level,
				(ARRAY['Request', 'User signed in', 'User created idea', 'Mail sent', 'Task finished'])[1 + n % 5],
				(CASE WHEN n % 1000 = 0 THEN 'relay' ELSE 'app' END)::program_source, md5((n / 100000)::text),
				(ARRAY['/(app)/ideas', '/(app)/ideas/[id=uuid]', '/api/trpc/ideas.create', '/(app)/search'])[1 + n % 4],
				CASE WHEN n % 2 = 0 THEN md5((n / 4)::text) END,
				CASE WHEN n % 2 = 0 THEN md5((n % 997)::text)::uuid END,
				jsonb_build_object('ideaId', md5(n::text), 'durationMs', n % 400, 'status', 200,
					'needle', CASE WHEN n = 900000 THEN 'in a haystack' END)::text
			 FROM generate_series(1, $1::int) AS n`,
			[LINES]
		);
		await client.query('VACUUM ANALYZE log_lines');
	});
}

/** Reads a log of a million lines in every way of the page, and writes into it. */
export async function benchLogs(databaseUrl: string): Promise<Row[]> {
	const { failingRoutes, insertLogLines, listLogs } =
		await import('../../src/lib/server/services/log-lines.ts');
	const { LogStore, storedLine } = await import('../../src/lib/server/log-store.ts');
	await seedLines(databaseUrl);

	const page = (filter: object, cursor?: string) =>
		listLogs(ADMIN, { ...LogFilter.parse(filter), cursor });
	const old = new Date(Date.now() - 13 * 86_400_000).toISOString();
	const reads: [string, () => Promise<unknown>][] = [
		['first page', () => page({})],
		['page of thirteen days ago', () => page({ to: old })],
		['errors', () => page({ level: 'error' })],
		['one request', () => page({ request: '00000000000000000000000000000000' })],
		['one person', () => page({ user: 'c4ca4238-a0b9-2382-0dcc-509a6f75849b' })],
		['one route', () => page({ route: '/(app)/search' })],
		['the relay', () => page({ source: 'relay' })],
		['a text that is everywhere', () => page({ text: 'durationMs' })],
		['a text of a fifth', () => page({ text: 'Mail sent' })],
		['a text that is there once', () => page({ text: 'in a haystack' })],
		['a text that is nowhere', () => page({ text: 'nowhere to be found' })],
		['routes that fail', () => failingRoutes(ADMIN)]
	];
	const rows: Row[] = [];
	for (const [name, read] of reads) {
		const { p95: value } = await timesOver(PAGES, read);
		rows.push({
			name: `1,000,000 log lines: ${name}, p95`,
			value,
			unit: 'ms',
			limit: `≤${LIMIT_MS} ms`,
			ok: value <= LIMIT_MS
		});
	}

	const line = storedLine({
		timestamp: new Date().toISOString(),
		level: 'info',
		message: 'User created idea',
		requestId: 'bench-request',
		ideaId: '01933f60-0b1c-7d22-9a10-6c7e5d4f3b2a'
	});
	// Without its id, it is a new line each time.
	const { id: _id, ...unnamed } = line;
	const batch = Array.from({ length: 500 }, () => unnamed);
	rows.push({
		name: '500 lines into them, p95',
		value: (await timesOver(BATCHES, () => insertLogLines(batch))).p95,
		unit: 'ms',
		ok: true
	});
	const store = new LogStore(
		() => Promise.resolve(),
		() => undefined
	);
	const { p95: pushed } = await timesOver(BATCHES, () => {
		for (let n = 0; n < 500; n += 1) store.push(line);
		return store.flush();
	});
	rows.push({
		name: 'what a line costs its request',
		value: (pushed / 500) * 1_000,
		unit: 'µs',
		limit: '≤100 µs',
		ok: pushed / 500 <= 0.1
	});
	return rows;
}
