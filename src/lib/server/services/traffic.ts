import type { TrafficOf, TrafficRange } from '$lib/schemas/traffic';
import { db } from '../db';
import { Prisma } from '../prisma/client';
import type { Actor } from './actor';
import { lastReleases, releasesIn, type ReleaseInJson, type ReleaseRow } from './releases';
import {
	counts,
	errorShare,
	isTraffic,
	quantilesOf,
	since,
	sums,
	type RequestSums
} from './request-sums';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** How long each range is, and how long one figure of its charts. */
const RANGES: Record<TrafficRange, { seconds: number; stepSeconds: number }> = {
	hour: { seconds: HOUR, stepSeconds: MINUTE },
	day: { seconds: 24 * HOUR, stepSeconds: 15 * MINUTE },
	week: { seconds: 7 * 24 * HOUR, stepSeconds: 2 * HOUR }
};

/** Fewer answers say little about how slow a route is. */
const ENOUGH_REQUESTS = 5;
const LISTED = 8;
const RELEASES = 10;

/** One figure of each chart. */
export interface TrafficPoint {
	at: Date;
	requestsPerSecond: number;
	/** From 0 to 1; nothing where nobody asked. */
	errorShare: number | null;
	p50Ms: number | null;
	p95Ms: number | null;
	bytes: number;
}

/** What one route or procedure did. */
export interface RouteTraffic {
	/** `write ideas.create`, `read /(app)/ideas`. */
	route: string;
	method: 'read' | 'write';
	source: 'page' | 'api' | 'call';
	requests: number;
	refused: number;
	errors: number;
	bytes: number;
	p95Ms: number | null;
}

/** Traffic of a range: over time, by route, by release. */
export interface Traffic {
	points: TrafficPoint[];
	total: { requests: number; refused: number; errors: number; bytes: number };
	/** The slowest at 95 %, those that failed most, and those that sent most. */
	slowest: RouteTraffic[];
	failing: RouteTraffic[];
	heaviest: RouteTraffic[];
	releases: (ReleaseRow & { requests: number; errorShare: number | null })[];
}

/** What was asked of Coda, in a range that ends now. */
export async function getTraffic(_admin: Actor, { range }: TrafficOf): Promise<Traffic> {
	const rows = await readTotals(range);
	const { stepSeconds } = RANGES[range];
	const routes = rows.filter(isOf('route')).map(routeOf);
	const asked = routes.filter(({ source }) => source !== 'call');
	const add = (figure: 'requests' | 'refused' | 'errors' | 'bytes') =>
		asked.reduce((sum, route) => sum + route[figure], 0);
	const byRelease = new Map(rows.filter(isOf('release')).map((row) => [row.name, row]));
	return {
		points: rows.filter(isOf('point')).map((row) => pointOf(row, stepSeconds)),
		total: {
			requests: add('requests'),
			refused: add('refused'),
			errors: add('errors'),
			bytes: add('bytes')
		},
		slowest: most(
			routes.filter(({ requests }) => requests >= ENOUGH_REQUESTS),
			({ p95Ms }) => p95Ms ?? 0
		),
		failing: most(routes, ({ errors }) => errors),
		heaviest: most(asked, ({ bytes }) => bytes),
		releases: releasesIn(rows.flatMap(({ releases }) => releases ?? [])).map((release) => {
			const found = byRelease.get(release.commit);
			return {
				...release,
				requests: found?.requests ?? 0,
				errorShare: found ? errorShare(found) : null
			};
		})
	};
}

function most(routes: RouteTraffic[], by: (route: RouteTraffic) => number): RouteTraffic[] {
	return routes
		.filter((route) => by(route) > 0)
		.toSorted((a, b) => by(b) - by(a))
		.slice(0, LISTED);
}

/** The beginning of a range: of the figure that it begins in. */
const beginning = (range: TrafficRange): Prisma.Sql => {
	const { seconds, stepSeconds } = RANGES[range];
	return Prisma.sql`(${binned(stepSeconds, Prisma.sql`now()`)} - make_interval(secs => ${seconds}::int))`;
};

const binned = (stepSeconds: number, at: Prisma.Sql): Prisma.Sql =>
	Prisma.sql`date_bin(make_interval(secs => ${stepSeconds}::int), ${at}, timestamptz '2000-01-01 00:00+00')`;

/** Sums of one step, of one route, or of one release; or the releases themselves. */
interface TotalsRow extends RequestSums {
	of: 'point' | 'route' | 'release' | 'releases';
	at: Date;
	source: RouteTraffic['source'];
	method: RouteTraffic['method'];
	/** Of the route or the release. */
	name: string;
	releases: ReleaseInJson[] | null;
}

const isOf = (kind: TotalsRow['of']) => (row: TotalsRow) => row.of === kind;

/**
 * Everything of a range in one statement, which reads each row of totals once. There is a figure for each step, also
 * where nobody asked. The step that has just begun is left out of them: it would look like a fall.
 */
function readTotals(range: TrafficRange): Promise<TotalsRow[]> {
	const { stepSeconds } = RANGES[range];
	return db.$queryRaw<TotalsRow[]>`
		WITH t AS MATERIALIZED (
			SELECT ${binned(stepSeconds, Prisma.sql`t.starts_at`)} AS at, t.source, t.method, t.route, t.release, ${sums}
			FROM request_totals AS t
			WHERE ${since(beginning(range))} AND t.source IN ('page', 'api', 'call')
			GROUP BY 1, t.source, t.method, t.route, t.release
		), points AS (
			SELECT t.at, ${sums} FROM t WHERE ${isTraffic} GROUP BY t.at
		), found AS (
			SELECT 'point' AS of, step.at, NULL::text AS source, NULL::text AS method, NULL::text AS name,
				coalesce(requests, 0) AS requests, coalesce(refused, 0) AS refused, coalesce(failed, 0) AS failed,
				coalesce(errors, 0) AS errors, coalesce(bytes, 0) AS bytes, coalesce(durations, '{}') AS durations,
				NULL::jsonb AS releases
			FROM generate_series(
				${beginning(range)},
				${binned(stepSeconds, Prisma.sql`now()`)} - make_interval(secs => ${stepSeconds}::int),
				make_interval(secs => ${stepSeconds}::int)
			) AS step (at) LEFT JOIN points USING (at)
			UNION ALL SELECT 'route', NULL, t.source, t.method, t.route, ${sums}, NULL
			FROM t GROUP BY t.source, t.method, t.route
			UNION ALL SELECT 'release', NULL, NULL, NULL, t.release, ${counts}, '{}', NULL
			FROM t WHERE ${isTraffic} GROUP BY t.release
			UNION ALL SELECT 'releases', NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, '{}', ${lastReleases(RELEASES)}
		)
		SELECT * FROM found ORDER BY at, source, method, name`;
}

function pointOf(row: TotalsRow, stepSeconds: number): TrafficPoint {
	const { p50Ms, p95Ms } = quantilesOf(row);
	return {
		...{ at: row.at, bytes: row.bytes, p50Ms, p95Ms },
		requestsPerSecond: row.requests / stepSeconds,
		errorShare: row.requests > 0 ? errorShare(row) : null
	};
}

function routeOf(row: TotalsRow): RouteTraffic {
	const { source, method, name: route, requests, refused, errors, bytes } = row;
	return {
		...{ source, method, route, requests, refused, errors, bytes },
		p95Ms: quantilesOf(row).p95Ms
	};
}
