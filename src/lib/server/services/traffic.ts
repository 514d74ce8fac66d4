import type { TrafficOf, TrafficRange } from '$lib/schemas/traffic';
import { db } from '../db';
import { Prisma } from '../prisma/client';
import type { Actor } from './actor';
import { listReleases, type ReleaseRow } from './releases';
import { errorShare, isTraffic, quantilesOf, since, sums, type RequestSums } from './request-sums';

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
export async function getTraffic(admin: Actor, { range }: TrafficOf): Promise<Traffic> {
	const [points, routes, byRelease, releases] = await Promise.all([
		pointsOf(range),
		routesOf(range),
		releasesOf(range),
		listReleases(admin)
	]);
	const asked = routes.filter(({ source }) => source !== 'call');
	const add = (figure: 'requests' | 'refused' | 'errors' | 'bytes') =>
		asked.reduce((sum, route) => sum + route[figure], 0);
	return {
		points,
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
		releases: releases.map((release) => {
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

/** A figure for each step, also where nobody asked. The step that has just begun is left out: it would look like a fall. */
async function pointsOf(range: TrafficRange): Promise<TrafficPoint[]> {
	const { stepSeconds } = RANGES[range];
	const rows = await db.$queryRaw<({ at: Date } & RequestSums)[]>`
		WITH found AS (
			SELECT ${binned(stepSeconds, Prisma.sql`t.starts_at`)} AS at, ${sums} FROM request_totals AS t
			WHERE ${since(beginning(range))} AND ${isTraffic} GROUP BY 1
		)
		SELECT step.at, coalesce(requests, 0) AS requests, coalesce(errors, 0) AS errors,
			coalesce(bytes, 0) AS bytes, coalesce(durations, '{}') AS durations
		FROM generate_series(
			${beginning(range)},
			${binned(stepSeconds, Prisma.sql`now()`)} - make_interval(secs => ${stepSeconds}::int),
			make_interval(secs => ${stepSeconds}::int)
		) AS step (at) LEFT JOIN found USING (at) ORDER BY step.at`;
	return rows.map((row) => {
		const { p50Ms, p95Ms } = quantilesOf(row);
		return {
			...{ at: row.at, bytes: row.bytes, p50Ms, p95Ms },
			requestsPerSecond: row.requests / stepSeconds,
			errorShare: row.requests > 0 ? errorShare(row) : null
		};
	});
}

async function routesOf(range: TrafficRange): Promise<RouteTraffic[]> {
	const rows = await db.$queryRaw<
		(Pick<RouteTraffic, 'source' | 'method' | 'route'> & RequestSums)[]
	>`
		SELECT t.source, t.method, t.route, ${sums} FROM request_totals AS t
		WHERE ${since(beginning(range))} AND t.source IN ('page', 'api', 'call')
		GROUP BY t.source, t.method, t.route ORDER BY t.source, t.method, t.route`;
	return rows.map((row) => {
		const { source, method, route, requests, refused, errors, bytes } = row;
		return {
			...{ source, method, route, requests, refused, errors, bytes },
			p95Ms: quantilesOf(row).p95Ms
		};
	});
}

async function releasesOf(range: TrafficRange) {
	const rows = await db.$queryRaw<{ release: string; requests: number; errors: number }[]>`
		SELECT t.release, sum(t.requests)::float8 AS requests, sum(t.errors)::float8 AS errors
		FROM request_totals AS t WHERE ${since(beginning(range))} AND ${isTraffic} GROUP BY t.release`;
	return new Map(rows.map((row) => [row.release, row]));
}
