import { MONTH_HOURS, type MonthlyUsage } from '$lib/costs';
import { db } from '../db';
import { DURATION_BOUNDS_MS } from '../durations';
import { Prisma } from '../prisma/client';
import type { Actor } from './actor';
import { relayDoor } from '../devmode';
import { isPerson } from './probe-identity';
import { isTraffic, since, sums, type RequestSums } from './request-sums';

const DAYS = 30;
const GB = 1e9;

/** A call of a signed-in person counts in two limits, and may look into the cache. */
const COMMANDS_PER_CALL = 3;

/** What was used in the last thirty days, or since it is measured, made one month. */
export interface MeasuredUsage {
	usage: MonthlyUsage;
	/** People whose browser was here in that time. */
	people: number;
	/** How much of the thirty days is behind the figures. */
	days: number;
}

const wakes = Prisma.sql`t.route NOT IN ('/healthz', '/api/version')`;

interface Found {
	people: number;
	mails: number;
	databaseBytes: number;
	days: number;
	awakeHours: number;
	calls: number;
}

/** What this installation uses, from its own totals. What only a provider knows is derived, and said to be. */
export async function measureUsage(_actor: Actor): Promise<MeasuredUsage> {
	const from = Prisma.sql`now() - make_interval(days => ${DAYS}::int)`;
	const [[asked], [found]] = await Promise.all([
		db.$queryRaw<RequestSums[]>`
			SELECT ${sums} FROM request_totals AS t WHERE ${since(from)} AND ${isTraffic}`,
		db.$queryRaw<Found[]>`
			SELECT (
				SELECT count(DISTINCT user_id)::int FROM sessions WHERE last_seen_at > ${from} AND ${isPerson('user_id')}
			) AS people, (
				SELECT count(*)::int FROM outbox WHERE kind = 'mail' AND state = 'sent'
					AND created_at > greatest(${from}, r.since)
			) AS mails, pg_database_size(current_database())::float8 AS "databaseBytes",
			coalesce(r.days, 0)::float8 AS days, r.calls, r."awakeHours"
			FROM (
				SELECT min(t.starts_at) AS since, extract(epoch FROM now() - min(t.starts_at)) / 86400 AS days,
					coalesce(sum(t.requests) FILTER (WHERE t.source = 'call'), 0)::float8 AS calls,
					-- What is answered without the database wakes none. Minutes keep a compute awake for five; of what is
					-- longer it is not known, so it counts whole.
					coalesce(count(DISTINCT date_bin('5 minutes', t.starts_at, timestamptz '2000-01-01 00:00+00'))
						FILTER (WHERE t.step = 'minute' AND ${wakes}) / 12.0
						+ count(DISTINCT t.starts_at) FILTER (WHERE t.step = 'quarter' AND ${wakes}) / 4.0
						+ count(DISTINCT t.starts_at) FILTER (WHERE t.step = 'hour' AND ${wakes}), 0)::float8 AS "awakeHours"
				FROM request_totals AS t WHERE ${since(from)}
			) AS r`
	]);
	if (!asked || !found) throw new Error('A SELECT without groups gave no row.');
	const days = Math.min(Math.max(found.days, 1 / 24), DAYS);
	const month = DAYS / days;
	return {
		people: found.people,
		days,
		usage: {
			requests: asked.requests * month,
			functionHours: hoursOf(asked.durations) * month,
			outGb: (asked.bytes / GB) * month,
			databaseAwakeHours: Math.min(found.awakeHours * month, MONTH_HOURS),
			databaseGb: found.databaseBytes / GB,
			redisCommands: found.calls * COMMANDS_PER_CALL * month,
			mails: found.mails * month,
			relayHours: relayDoor() ? MONTH_HOURS : 0,
			relayGb: 0
		}
	};
}

/** About how long answers took together: each as long as the middle of its bounds. */
function hoursOf(durations: readonly number[]): number {
	const ms = durations.reduce((sum, counted, place) => {
		const upper = DURATION_BOUNDS_MS[place] ?? 2 * (DURATION_BOUNDS_MS.at(-1) ?? 0);
		const lower = DURATION_BOUNDS_MS[place - 1] ?? 0;
		return sum + (counted * (lower + upper)) / 2;
	}, 0);
	return ms / 3_600_000;
}
