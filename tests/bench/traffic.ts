import { withConnection } from '../../scripts/local/postgres-connection.ts';
import { interleaved } from './interleaved.ts';
import type { Row } from './report.ts';

const ROUNDS = 1_500;
const READS = 15;
const ADMIN = { kind: 'person', userId: '', requestId: 'bench' } as const;

/** Fills the totals as a busy month does: a hundred rows for each of the last minutes, then hours. */
async function seedTotals(databaseUrl: string): Promise<void> {
	await withConnection(databaseUrl, async (client) => {
		const seed = (step: string, period: string, series: string) =>
			client.query(
				`INSERT INTO request_totals (step, starts_at, source, method, route, release, requests, redirected,
					refused, failed, errors, bytes, durations)
				 SELECT '${step}', at, (ARRAY['page', 'api', 'call'])[1 + n % 3], (ARRAY['read', 'write'])[1 + n % 2],
					'route ' || n, 'abc', 40, 1, 1, 0, n % 40 / 39, 40 * 9000,
					(SELECT array_agg((1 + (n + i) % 3)::bigint ORDER BY i) FROM generate_series(1, 21) AS i)
				 FROM generate_series(${series}, interval '${period}') AS at, generate_series(1, 100) AS n`
			);
		await seed(
			'minute',
			'1 minute',
			`date_trunc('minute', now()) - interval '48 hours', date_trunc('minute', now())`
		);
		await seed(
			'hour',
			'1 hour',
			`date_trunc('hour', now()) - interval '30 days', date_trunc('hour', now()) - interval '49 hours'`
		);
		await client.query('VACUUM ANALYZE request_totals');
	});
}

/** What counting adds to an answer that reads one page of ideas, and how long the operator's page takes. */
export async function benchTraffic(databaseUrl: string): Promise<Row[]> {
	// What a build writes into the program.
	Object.assign(globalThis, {
		...{ __BUILT_AT__: new Date().toISOString(), __SCHEMA_VERSION__: '', __VERSION__: '0.0.0' },
		__PAGES__: []
	});
	const [{ db }, totals, { getTraffic }, { readServiceLevels }, { measureUsage }] =
		await Promise.all([
			import('../../src/lib/server/db.ts'),
			import('../../src/lib/server/request-totals.ts'),
			import('../../src/lib/server/services/traffic.ts'),
			import('../../src/lib/server/services/service-levels.ts'),
			import('../../src/lib/server/services/usage.ts')
		]);

	const answer = () => db.ideaMember.findMany({ take: 50, select: { star: true } });
	/** As in a request to the API: the request and two calls in it. */
	const counted = async (turn: number) => {
		const startedAt = performance.now();
		await answer();
		const durationMs = performance.now() - startedAt;
		const route = `route ${turn % 100}`;
		const all = { method: 'read', status: 200, durationMs } as const;
		totals.countAnswered({ ...all, source: 'call', route });
		totals.countAnswered({ ...all, source: 'call', route: `${route} again` });
		totals.countAnswered({ ...all, source: 'api', route })(9_000);
	};
	let turn = 0;
	const { bare, withTotals } = await interleaved(
		{ bare: answer, withTotals: () => counted((turn += 1)) },
		ROUNDS
	);
	totals.hurryRequestTotals();

	await seedTotals(databaseUrl);
	const reads = await interleaved(
		{
			hour: () => getTraffic(ADMIN, { range: 'hour' }),
			week: () => getTraffic(ADMIN, { range: 'week' }),
			levels: readServiceLevels,
			usage: () => measureUsage(ADMIN)
		},
		READS
	);
	const read = (name: string, ms: number, limitMs: number): Row => ({
		...{ name, value: ms, unit: 'ms', limit: `≤${limitMs}` },
		ok: ms <= limitMs
	});
	return [
		{
			name: 'p95 of an answer that is counted',
			value: withTotals.p95 / bare.p95,
			unit: '×',
			limit: '≤1.15',
			peers: { 'bare ms': bare.p95, 'counted ms': withTotals.p95 },
			ok: withTotals.p95 <= bare.p95 * 1.15
		},
		read('traffic of an hour, of 100 rows a minute', reads.hour.p95, 250),
		read('traffic of a week', reads.week.p95, 2_500),
		read('service levels of a month', reads.levels.p95, 2_500),
		read('usage of a month', reads.usage.p95, 2_500)
	];
}
