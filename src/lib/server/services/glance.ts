import { counters } from '../counters';
import { db } from '../db';
import { env } from '../env';
import { detailedReadiness, type DetailedReadiness } from '../health';
import { providersOf, type Provider } from '../providers';
import { relayState, type RelayState } from '../relay-metrics';
import { recentShedReports } from '../shed-reports';
import type { Actor } from './actor';
import { isPerson } from './probe-identity';
import { isHeld } from './relay-presence';
import { lastReleases, releasesIn, type ReleaseInJson, type ReleaseRow } from './releases';
import { errorShare, quantilesOf, selectLast, type RequestSums } from './request-sums';
import { readServiceLevels, type LevelState } from './service-levels';
import { stateOf } from './task-state';
import { tasksNow } from './tasks';

/** How many minutes "now" is. */
const NOW_MINUTES = 5;
const ONLINE_MINUTES = 5;
const LEVELS_KEPT_MS = 20_000;

/** How Coda is at this moment, in one look. Every number is of all processes together. */
export interface Glance {
	at: Date;
	readiness: DetailedReadiness;
	/** Where to look when a dependency is not what it should be, and it is somebody else's. */
	providers: Provider[];
	/** Of the last five minutes. */
	traffic: {
		requestsPerSecond: number;
		errorShare: number;
		p50Ms: number | null;
		p95Ms: number | null;
	};
	/** People whose browser was here in the last five minutes, and computers that a relay holds. */
	online: { people: number; runners: number };
	relay: RelayState;
	tasks: { all: number; late: string[]; down: string[] };
	/** Mails that are due, and for how long the first has been. */
	mail: { waiting: number; oldestSeconds: number; failedToday: number };
	release: {
		current: ReleaseRow | null;
		previous: ReleaseRow | null;
		commit: string;
		tier: string;
	};
	levels: LevelState[];
	/** Requests of this process that were never counted. */
	dropped: number;
	/** Spans of this process that the receiver of OpenTelemetry never got. */
	droppedSpans: number;
	/** Reports of pages that this process had no room for, since there was an hour without. */
	shedReports: number;
}

/** How Coda is now. Cheap enough to be asked every few seconds. */
export async function getGlance(_actor: Actor): Promise<Glance> {
	const [readiness, [found], relay, { now, tasks }, levels] = await Promise.all([
		detailedReadiness(),
		readPresent(),
		relayState(),
		tasksNow(),
		recentLevels()
	]);
	if (!found) throw new Error('A SELECT without FROM gave no row.');
	const { people, runners, waiting, oldestSeconds, failedToday, second } = found;
	const { release: commit, tier } = env();
	const { p50Ms, p95Ms } = quantilesOf(found);
	const releases = releasesIn(found.releases);
	const named = (...states: string[]) =>
		tasks.filter((task) => states.includes(stateOf(task, now))).map(({ name }) => name);
	return {
		at: found.at,
		...{ readiness, relay, levels },
		providers: providersOf(env()),
		traffic: {
			requestsPerSecond: found.requests / (NOW_MINUTES * 60 + second),
			errorShare: errorShare(found),
			...{ p50Ms, p95Ms }
		},
		online: { people, runners },
		tasks: { all: tasks.length, late: named('late'), down: named('down', 'running-too-long') },
		mail: { waiting, oldestSeconds, failedToday },
		release: {
			...{ commit, tier },
			current: releases.find((one) => one.commit === commit) ?? null,
			previous: releases.find((one) => one.commit !== commit) ?? null
		},
		dropped: counters()['totals.dropped'],
		droppedSpans: counters()['spans.dropped'],
		shedReports: recentShedReports()
	};
}

interface Present extends RequestSums {
	at: Date;
	/** Of this minute. */
	second: number;
	people: number;
	runners: number;
	waiting: number;
	oldestSeconds: number;
	failedToday: number;
	releases: ReleaseInJson[];
}

/** What is there now, in one statement: it is asked every few seconds. */
const readPresent = () => db.$queryRaw<Present[]>`
	SELECT now() AS at, extract(second FROM now())::float8 AS second, ${lastReleases(5)} AS releases, o.*, s.*, (
		-- A session that goes on being used is noted every five minutes, so it counts for as long after that.
		SELECT count(DISTINCT user_id)::int FROM sessions
		WHERE last_seen_at > now() - 2 * make_interval(mins => ${ONLINE_MINUTES}::int) AND expires_at > now()
			AND ${isPerson('user_id')}
	) AS people, (
		SELECT count(*)::int FROM runners AS r WHERE ${isHeld}
	) AS runners
	FROM (
		SELECT count(*) FILTER (WHERE state = 'pending')::int AS waiting,
			coalesce(extract(epoch FROM now() - min(next_attempt_at)
				FILTER (WHERE state = 'pending' AND next_attempt_at <= now())), 0)::int AS "oldestSeconds",
			count(*) FILTER (WHERE state = 'failed' AND created_at > now() - interval '1 day')::int AS "failedToday"
		FROM outbox WHERE kind = 'mail' AND (state = 'pending' OR created_at > now() - interval '1 day')
	) AS o, (${selectLast(NOW_MINUTES)}) AS s`;

let latest: { at: number; levels: Promise<LevelState[]> } | undefined;

/** A month changes slowly: it is not added up anew each time that somebody looks. */
function recentLevels(): Promise<LevelState[]> {
	if (!latest || performance.now() - latest.at > LEVELS_KEPT_MS) {
		const levels = readServiceLevels();
		latest = { at: performance.now(), levels };
		// Whoever asks next tries anew.
		levels.catch(() => (latest = undefined));
	}
	return latest.levels;
}
