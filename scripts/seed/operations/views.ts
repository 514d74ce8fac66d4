import type pg from 'pg';
import { idFrom, noise } from './ids.ts';

const VIEWS = 9_000;

/** Views and what browsers measured over four weeks, totals of the two months before, runs of the laboratory. */
export async function fillViews(client: pg.Client): Promise<void> {
	await client.query(
		`INSERT INTO page_views (id, at, route, visitor, country, device, referrer, browser, system)
		 SELECT ${idFrom("'view' || n")}, now() - make_interval(secs => n * 270 + 200 * ${noise('n')}),
			(ARRAY['/(app)/ideas', '/(app)/ideas', '/(app)/ideas/[id=uuid]', '/(app)/ideas/[id=uuid]', '/(app)/trash',
				'/(public)', '/(auth)/sign-in', '/(app)/account/preferences', '/(app)/search',
				'/(app)/devices/[id=uuid]/terminals/[terminal=uuid]'])[1 + floor(10 * ${noise('n * 7')} * 0.9999)::int],
			'visitor-' || v, (ARRAY['DE', 'US', 'FR', 'JP', 'BR', NULL, 'GB'])[1 + v % 7],
			(ARRAY['desktop', 'desktop', 'mobile', 'tablet'])[1 + v % 4],
			(ARRAY['', '', 'news.example', 'a-site-with-a-rather-long-name-that-goes-on.subdomain.example', NULL, NULL,
				'search.example'])[1 + n % 7],
			(ARRAY['Chrome', 'Firefox', 'Safari', 'Samsung Internet', ''])[1 + v % 5],
			(ARRAY['Windows', 'Linux', 'iOS', 'Android', 'macOS'])[1 + v % 5]
		 FROM generate_series(0, ${VIEWS}) AS n, LATERAL (SELECT floor(340 * ${noise('n * 3 + 1')})::int AS v) AS who`
	);
	await client.query(
		`INSERT INTO web_vitals (id, at, route, device, lcp, inp, cls, fcp, ttfb)
		 SELECT id, at, route, device, 700 + 2900 * power(${noise('n')}, 3), 16 + 500 * power(${noise('n + 1')}, 4),
			3000 * power(${noise('n + 2')}, 8), 400 + 1900 * power(${noise('n + 3')}, 3), 40 + 1500 * power(${noise('n + 4')}, 4)
		 FROM (
			SELECT *, row_number() OVER (ORDER BY at)::int AS n FROM page_views WHERE id::text LIKE '5eed0b5e-%'
		 ) AS views WHERE n % 2 = 0`
	);
	await client.query(
		`INSERT INTO view_totals (day, kind, name, views, visitors)
		 SELECT (now() AT TIME ZONE 'UTC')::date - n, kind, name, share * (260 + 90 * ${noise('n * 11')}),
			share * (90 + 40 * ${noise('n * 13')})
		 FROM generate_series(29, 92) AS n, (VALUES ('all', '', 1.0), ('route', '/(app)/ideas', 0.5),
			('route', '/(app)/ideas/[id=uuid]', 0.3), ('route', '/(public)', 0.2), ('country', 'DE', 0.6),
			('country', 'US', 0.4), ('device', 'desktop', 0.7), ('device', 'mobile', 0.3), ('browser', 'Firefox', 0.5),
			('browser', 'Chrome', 0.5), ('system', 'Linux', 1), ('referrer', '', 0.2), ('referrer', 'news.example', 0.1)
		 ) AS k (kind, name, share) ON CONFLICT DO NOTHING`
	);
	await client.query(
		`INSERT INTO lab_runs (id, at, url, form_factor, version, lcp, fcp, tti, tbt, cls)
		 SELECT ${idFrom("'lab' || n")}, date_trunc('hour', now()) - make_interval(days => n * 3), 'https://coda.example'
				|| (ARRAY['/ideas', '/', '/ideas/01933f60-0b1c-7d22-9a10-6c7e5d4f3b2a'])[1 + n % 3],
			(ARRAY['mobile', 'desktop'])[1 + n % 2], '13.0.1', 1400 + n * 260, 900 + n * 90, 1900 + n * 310, 40 + n * 45, n * 90
		 FROM generate_series(0, 7) AS n ON CONFLICT DO NOTHING`
	);
}
