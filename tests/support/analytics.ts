import type { App } from './app-server';
import { sql } from './app-people';

/** Views and measurements of four weeks, and a run of the laboratory. */
export async function fillAnalytics(app: App): Promise<void> {
	await sql(
		app,
		`INSERT INTO page_views (id, at, route, visitor, country, device, referrer, browser, system)
		 SELECT gen_random_uuid(), now() - make_interval(mins => n * n / 400), (ARRAY['/(app)/ideas',
				'/(app)/ideas', '/(app)/ideas/[id=uuid]', '/(app)/trash', '/(auth)/sign-in',
				'/(app)/account/preferences'])[1 + n * 7 % 6],
			'visitor-' || n % 240, (ARRAY['DE', 'US', 'FR', NULL])[1 + n % 17 % 4],
			(ARRAY['desktop', 'desktop', 'mobile', 'tablet'])[1 + n % 240 % 4],
			(ARRAY['', 'news.example', 'a-site-with-a-rather-long-name.example', NULL, NULL])[1 + n % 5],
			(ARRAY['Chrome', 'Firefox', 'Safari', ''])[1 + n % 240 % 4],
			(ARRAY['Windows', 'Linux', 'iOS', 'Android'])[1 + n % 240 % 4]
		 FROM generate_series(0, 4000) AS n`
	);
	await sql(
		app,
		`INSERT INTO web_vitals (id, at, route, device, lcp, inp, cls, fcp, ttfb)
		 SELECT gen_random_uuid(), at, route, device, 900 + n * 37 % 2600, 20 + n * 13 % 420,
			n * 17 % 1100, 500 + n * 29 % 1500, 40 + n * 31 % 2900
		 FROM (SELECT *, row_number() OVER (ORDER BY id)::int AS n FROM page_views) AS views`
	);
	await sql(
		app,
		`INSERT INTO lab_runs (id, at, url, form_factor, version, lcp, fcp, tti, tbt, cls)
		 VALUES (gen_random_uuid(), now(), 'https://coda.example/ideas', 'mobile', '13.0.1', 2140, 1320, 3710, 180, 120)
		 ON CONFLICT DO NOTHING`
	);
}
