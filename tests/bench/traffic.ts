import { withConnection } from '../../scripts/local/postgres-connection.ts';
import { interleaved } from './interleaved.ts';
import type { Row } from './report.ts';

const READS = 15;
const ROUTES = 40;
const ADMIN = { kind: 'person', userId: '', requestId: 'bench' } as const;

/** From when until when there are rows of which length, as the task leaves them. */
const KEPT = {
	minute: `date_trunc('hour', now()) - interval '2 hours', date_trunc('minute', now())`,
	quarter: `date_trunc('hour', now()) - interval '26 hours', date_trunc('hour', now()) - interval '121 minutes'`,
	hour: `date_trunc('hour', now()) - interval '30 days', date_trunc('hour', now()) - interval '27 hours'`
};

/** Fills the totals as a busy month does: forty routes, each asked in every minute of two releases. */
export async function seedTotals(databaseUrl: string): Promise<void> {
	await withConnection(databaseUrl, async (client) => {
		for (const [step, series] of Object.entries(KEPT)) {
			await client.query(
				`INSERT INTO request_totals (step, starts_at, source, method, route, release, requests, redirected,
					refused, failed, errors, bytes, durations)
				 SELECT '${step}', at, (ARRAY['page', 'api', 'call'])[1 + n % 3], (ARRAY['read', 'write'])[1 + n % 2],
					'route ' || n, release, 40, 1, 1, 0, n % 40 / 39, 40 * 9000,
					(SELECT array_agg((1 + (n + i) % 3)::bigint ORDER BY i) FROM generate_series(1, 23) AS i)
				 FROM generate_series(${series}, interval '${step === 'quarter' ? '15 minutes' : `1 ${step}`}') AS at, generate_series(1, ${ROUTES}) AS n,
					unnest(ARRAY['abc', 'def']) AS release`
			);
		}
		await client.query('VACUUM ANALYZE request_totals');
	});
}

/** How long what is read of a month of totals takes, one by one. */
export async function benchTraffic(databaseUrl: string): Promise<Row[]> {
	// What a build writes into the program.
	Object.assign(globalThis, {
		...{ __BUILT_AT__: new Date().toISOString(), __SCHEMA_VERSION__: '', __VERSION__: '0.0.0' },
		__PAGES__: []
	});
	const [{ getTraffic }, { readServiceLevels }, { measureUsage }] = await Promise.all([
		import('../../src/lib/server/services/traffic.ts'),
		import('../../src/lib/server/services/service-levels.ts'),
		import('../../src/lib/server/services/usage.ts')
	]);
	await seedTotals(databaseUrl);
	const reads = await interleaved(
		{
			hour: () => getTraffic(ADMIN, { range: 'hour' }),
			day: () => getTraffic(ADMIN, { range: 'day' }),
			week: () => getTraffic(ADMIN, { range: 'week' }),
			levels: readServiceLevels,
			usage: () => measureUsage(ADMIN)
		},
		READS
	);
	const read = (name: string, ms: number): Row => ({
		...{ name, value: ms, unit: 'ms', limit: '≤500 ms' },
		ok: ms <= 500
	});
	return [
		read('traffic of an hour, of 80 rows a minute: p95', reads.hour.p95),
		read('traffic of a day: p95', reads.day.p95),
		read('traffic of a week: p95', reads.week.p95),
		read('service levels of a month: p95', reads.levels.p95),
		read('usage of a month: p95', reads.usage.p95)
	];
}
