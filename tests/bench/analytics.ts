import { withConnection } from '../../scripts/local/postgres-connection.ts';
import { GetAnalytics, VitalsFilter } from '../../src/lib/schemas/analytics.ts';
import { countStatements } from '../support/statements.ts';
import type { Row } from './report.ts';
import { timed, timesOver } from './times.ts';

const VIEWS = 1_000_000;
const LOADS = 300_000;
const DAYS = 30;
const ROUTES = 40;
const PAGES = 20;

const ADMIN = { kind: 'person', userId: '', requestId: 'bench' } as const;

/** When the views are that are counted `n` of so many: over thirty days, or all of them today (UTC). */
const VIEWED_AT = {
	month: `now() - make_interval(secs => n * (${DAYS} * 86400.0 / $1::int))`,
	today: `now() - n * (now() - date_trunc('day', now(), 'UTC')) / ($1::int + 1)`
};

/** A million views: 10,000 visitors a day, from 300 sites and 60 countries. */
export const seedViews = (databaseUrl: string, over: keyof typeof VIEWED_AT) =>
	withConnection(databaseUrl, async (client) => {
		await client.query(
			`INSERT INTO page_views (id, at, route, visitor, country, device, referrer, browser, system)
			 SELECT gen_random_uuid(), ${VIEWED_AT[over]},
				'/(app)/page-' || n * 7 % ${ROUTES}, 'visitor-' || v,
				chr(65 + v % 10) || chr(65 + v % 6),
				(ARRAY['desktop', 'mobile', 'tablet'])[1 + n % 3],
				CASE n % 4 WHEN 0 THEN 'site-' || n % 300 || '.example' WHEN 1 THEN '' END,
				(ARRAY['Chrome', 'Firefox', 'Safari', 'Microsoft Edge'])[1 + n % 4],
				(ARRAY['Windows', 'macOS', 'Linux', 'Android', 'iOS'])[1 + n % 5]
			 FROM generate_series(1, $1::int) AS n,
				LATERAL (SELECT (n::bigint * 7919 % 10000)::int AS v) AS who`,
			[VIEWS]
		);
		await client.query('VACUUM ANALYZE page_views');
	});

/** Three hundred thousand loads of thirty days, from fast to slow. */
export const seedLoads = (databaseUrl: string) =>
	withConnection(databaseUrl, async (client) => {
		await client.query(
			`INSERT INTO web_vitals (id, at, route, device, lcp, inp, cls, fcp, ttfb)
			 SELECT gen_random_uuid(), now() - make_interval(secs => n * ($2::float8 * 86400 / $1::float8)),
				'/(app)/page-' || n * 7 % ${ROUTES}, (ARRAY['desktop', 'mobile', 'tablet'])[1 + n % 3],
				(300 * exp(2.5 * random()))::int, (10 * exp(4 * random()))::int, (3000 * random() ^ 3)::int,
				(200 * exp(2.5 * random()))::int, (30 * exp(4 * random()))::int
			 FROM generate_series(1, $1::int) AS n`,
			[LOADS, DAYS]
		);
		await client.query('VACUUM ANALYZE web_vitals');
	});

/** Histograms of the two months before, as dense as those of the days that were rolled up: their single loads are gone. */
export const seedOlderHistograms = (databaseUrl: string) =>
	withConnection(databaseUrl, async (client) => {
		await client.query(
			`INSERT INTO vital_histograms (day, route, device, metric, loads)
			 SELECT day - $1::int * months, route, device, metric, loads
			 FROM vital_histograms, generate_series(1, 2) AS months ORDER BY 1, device, route, metric`,
			[DAYS]
		);
		await client.query('VACUUM ANALYZE vital_histograms');
	});

/** Counts a million views together, and reads the pages of analytics in the database of DATABASE_URL. */
export async function benchAnalytics(databaseUrl: string): Promise<Row[]> {
	const { getAnalytics, getLive } = await import('../../src/lib/server/services/analytics.ts');
	const { UNHURRIED } = await import('../../src/lib/server/services/batches.ts');
	const { rollUpDays } = await import('../../src/lib/server/services/day-totals.ts');
	const { getVitals } = await import('../../src/lib/server/services/vital-figures.ts');
	const page = (days: '1' | '7' | '30' | '90') => getAnalytics(ADMIN, GetAnalytics.parse({ days }));
	const vitals = (days: '1' | '30' | '90') => getVitals(ADMIN, VitalsFilter.parse({ days }));
	await seedViews(databaseUrl, 'month');
	await seedLoads(databaseUrl);

	const [rollUpMs, { days }] = await timed(() => rollUpDays(UNHURRIED));
	await seedOlderHistograms(databaseUrl);
	const rows: Row[] = [
		{
			name: `1,000,000 views, 300,000 loads: ${days} days rolled up`,
			value: rollUpMs / 1_000,
			unit: 's',
			ok: true
		}
	];
	const statements = await countStatements(() => page('30'));
	rows.push({
		...{ name: 'page of /admin/analytics', value: statements, unit: 'statements' },
		...{ limit: '≤10', ok: statements <= 10 }
	});
	for (const span of ['1', '7', '30', '90'] as const) {
		const { p95: value } = await timesOver(PAGES, () => page(span));
		const name = `page of /admin/analytics, ${span} days: p95`;
		rows.push({ name, value, unit: 'ms', limit: '≤500 ms', ok: value <= 500 });
	}
	for (const span of ['1', '30', '90'] as const) {
		const { p95: value } = await timesOver(PAGES, () => vitals(span));
		const name = `300,000 loads a month: page of Web Vitals, ${span} days: p95`;
		rows.push({ name, value, unit: 'ms', limit: '≤500 ms', ok: value <= 500 });
	}
	const { p95: live } = await timesOver(PAGES, () => getLive(ADMIN));
	rows.push({ name: 'who is here now: p95', value: live, unit: 'ms', ok: true });
	return rows;
}
