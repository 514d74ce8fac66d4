import type pg from 'pg';
import { COMMITS, noise } from './ids.ts';

/** Places of a row's durations, as `src/lib/server/durations.ts` counts them. */
const PLACES = 23;

interface Route {
	source: 'page' | 'api' | 'call' | 'operation' | 'probe';
	method: 'read' | 'write';
	route: string;
	/** In a minute, when most is asked. */
	perMinute: number;
	/** The place at which most durations are. */
	usual: number;
	bytes: number;
	/** What is broken tonight. */
	fails?: true;
}

const page = (route: string, perMinute: number, usual: number): Route => ({
	...{ source: 'page', method: 'read', route, perMinute, usual },
	bytes: 31_000
});
const call = (
	route: string,
	method: 'read' | 'write',
	rest: { perMinute: number; usual: number; fails?: true }
): Route => ({ source: 'call', bytes: 0, route, method, ...rest });

const ROUTES: readonly Route[] = [
	page('/(app)/ideas', 90, 5),
	page('/(app)/ideas/[id=uuid]', 70, 6),
	page('/(app)/search', 18, 8),
	page('/(app)/trash', 4, 5),
	page('/(public)', 26, 3),
	page('/(auth)/sign-in', 9, 4),
	page('/(app)/devices/[id=uuid]/terminals/[terminal=uuid]', 6, 9),
	page('(no route)', 22, 2),
	{
		...{ source: 'page', method: 'write', route: '/(app)/account/preferences', perMinute: 1 },
		...{ usual: 10, bytes: 2_000 }
	},
	{
		...{ source: 'api', method: 'read', route: '/api/trpc', perMinute: 240, usual: 5 },
		bytes: 4_200
	},
	{
		...{ source: 'api', method: 'write', route: '/api/trpc', perMinute: 110, usual: 7 },
		...{ bytes: 900, fails: true }
	},
	{
		...{ source: 'api', method: 'read', route: '/api/export/[format=exportFormat]/ideas' },
		...{ perMinute: 1, usual: 15, bytes: 9_400_000 }
	},
	call('ideas.list', 'read', { perMinute: 160, usual: 4 }),
	call('ideas.update', 'write', { perMinute: 60, usual: 6, fails: true }),
	call('ideas.create', 'write', { perMinute: 20, usual: 6, fails: true }),
	call('features.reorder', 'write', { perMinute: 14, usual: 7 }),
	call('search.find', 'read', { perMinute: 40, usual: 9 }),
	{
		...{ source: 'operation', method: 'read', route: '/(admin)/admin', perMinute: 2, usual: 8 },
		bytes: 60_000
	},
	{
		...{ source: 'probe', method: 'read', route: '/readyz', perMinute: 2, usual: 6 },
		bytes: 80
	}
];

/** The share of answers up to each place: most are at `usual`, a few take much longer. */
function shape(usual: number): number[] {
	const weights = Array.from({ length: PLACES }, (_, place) => {
		const off = place - usual;
		return Math.exp(-(off * off) / (off > 0 ? 7 : 2.5)) + (off > 0 ? 0.0008 / off : 0);
	});
	const all = weights.reduce((sum, one) => sum + one, 0);
	let below = 0;
	return weights.map((one) => (below += one) / all);
}

/** Less at night, and less at the weekend. */
const busy = `(0.25 + 0.75 * power(sin(pi() * extract(hour FROM at) / 24), 2))
	* CASE WHEN extract(isodow FROM at) > 5 THEN 0.6 ELSE 1 END`;

/** Requests of a month: the last two days by the minute, the days before by the hour. Since 25 minutes writes fail. */
export async function fillTraffic(client: pg.Client): Promise<void> {
	await fillReleases(client);
	const minutes = { step: 'minute', times: 1, every: '1 minute', from: '47 hours', to: '0' };
	const hours = { step: 'hour', times: 60, every: '1 hour', from: '29 days', to: '48 hours' };
	for (const { step, times, every, from, to } of [minutes, hours]) {
		await client.query(
			`INSERT INTO request_totals (step, starts_at, source, method, route, release, requests, redirected, refused,
				failed, errors, bytes, durations)
			 SELECT '${step}', at, source, method, route,
				($2::text[])[least(6, 1 + floor(extract(epoch FROM now() - at) / 432000))::int],
				requests, requests / 50, requests / 30, errors, errors, requests * bytes,
				(SELECT array_agg((floor(upto[place] * requests) - floor(coalesce(upto[place - 1], 0) * requests))::bigint
					ORDER BY place) FROM generate_series(1, ${PLACES}) AS place)
			 FROM (
				SELECT *, CASE WHEN is_bad THEN slow ELSE usual END AS upto, CASE WHEN is_bad AND fails THEN ceil(requests * 0.07)::bigint
					WHEN ${noise('extract(epoch FROM at)::bigint / 60 % 100000 + n')} > 0.985 THEN 1 ELSE 0 END AS errors
				FROM (
					SELECT *, greatest(1, round("perMinute" * ${times} * ${busy}
						* (0.8 + 0.4 * ${noise('extract(epoch FROM at)::bigint / 60 % 100000 * 31 + n')})))::bigint AS requests,
						at > now() - interval '25 minutes'
							OR at BETWEEN now() - interval '6 days 3 hours' AND now() - interval '6 days 2 hours' AS is_bad
					FROM generate_series(date_trunc('${step}', now()) - interval '${from}',
							date_trunc('${step}', now()) - interval '${to}', interval '${every}') AS at,
						ROWS FROM (jsonb_to_recordset($1::jsonb) AS (source text, method text, route text, "perMinute" float8,
							usual float8[], slow float8[], bytes bigint, fails boolean)) WITH ORDINALITY
							AS r (source, method, route, "perMinute", usual, slow, bytes, fails, n)
				) AS asked
			 ) AS answered ON CONFLICT DO NOTHING`,
			[
				JSON.stringify(
					ROUTES.map(({ usual, fails = false, ...route }) => ({
						...{ ...route, fails, usual: shape(usual) },
						slow: shape(usual + (fails ? 8 : 2))
					}))
				),
				COMMITS
			]
		);
	}
}

/** Six releases, five days apart, the last one an hour ago. */
async function fillReleases(client: pg.Client): Promise<void> {
	await client.query(
		`INSERT INTO releases (commit, version, built_at, first_served_at, last_started_at, deployed_by)
		 SELECT commit, '0.5.' || 6 - place, began - interval '10 minutes', began, began,
			(ARRAY['olga', NULL, 'a-continuous-integration-account[bot]'])[place % 3 + 1]
		 FROM unnest($1::text[]) WITH ORDINALITY AS c (commit, place),
			LATERAL (SELECT now() - interval '1 hour' - make_interval(days => (place - 1)::int * 5) AS began) AS at`,
		[COMMITS]
	);
}
