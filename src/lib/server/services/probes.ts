import { PROBE_NAMES, PROBES, type ProbeName } from '$lib/probes';
import type { TryProbes } from '$lib/schemas/probes';
import { db } from '../db';
import { taskIsPaused } from '../maintenance';
import { refusal } from '../refusal';
import { TASKS } from '../tasks';
import type { Task } from '../tasks/task';
import type { Actor, PersonalActor } from './actor';
import { missingFor } from './probe-needs';
import { runProbes, type ProbeOutcome } from './probe-runs';
import { runTask, startTask, WAITED_FOR_MS } from './task-runs';

/** Failures that the page lists. */
const FAILURES_SHOWN = 20;
const HOURS = 24;
const DAYS = 90;

/** An hour or a day of a probe. */
export interface ProbeSpan {
	/** When it begins, in UTC. */
	from: Date;
	ok: number;
	failed: number;
}

/** One try. */
export interface ProbeTry {
	id: string;
	probe: string;
	isOk: boolean;
	step: string | null;
	cause: string | null;
	durationMs: number;
	release: string;
	at: Date;
}

/** A probe, as operators see it. */
export interface ListedProbe {
	name: ProbeName;
	title: string;
	does: string;
	/** Why it is not tried here. */
	missing: string | null;
	/** The last try. */
	latest: ProbeTry | null;
	/** The last 24 hours and the last 90 days, the oldest first. */
	hours: ProbeSpan[];
	days: ProbeSpan[];
}

/** Everything that the page of probes shows. */
export interface ProbeReport {
	probes: ListedProbe[];
	failures: ProbeTry[];
	/** Maintenance holds the clock back from trying. */
	isPaused: boolean;
}

/** How each probe went last, hour by hour and day by day. For operators: who may ask is the caller's business. */
export async function listProbes(_actor: Actor): Promise<ProbeReport> {
	const [latest, hours, days, failures] = await Promise.all([
		latestTries(),
		spans('hour', HOURS),
		spans('day', DAYS),
		db.probeRun.findMany({
			where: { isOk: false },
			orderBy: [{ at: 'desc' }, { id: 'desc' }],
			take: FAILURES_SHOWN
		})
	]);
	const probes = PROBE_NAMES.map((name) => ({
		...{ name, ...PROBES[name], missing: missingFor(name) ?? null },
		latest: latest.find(({ probe }) => probe === name) ?? null,
		hours: hours.filter(({ probe }) => probe === name).map(spanOf),
		days: days.filter(({ probe }) => probe === name).map(spanOf)
	}));
	return { probes, failures, isPaused: taskIsPaused('probe') };
}

const latestTries = () => db.$queryRaw<ProbeTry[]>`
	SELECT r.* FROM unnest(${PROBE_NAMES}::text[]) AS name CROSS JOIN LATERAL (
		SELECT id, probe, is_ok AS "isOk", step, cause, duration_ms AS "durationMs", release, at
		FROM probe_runs WHERE probe = name ORDER BY at DESC, id DESC LIMIT 1
	) AS r`;

type SpanRow = ProbeSpan & { probe: string };

const spanOf = ({ from, ok, failed }: SpanRow): ProbeSpan => ({ from, ok, failed });

/** Where the present span begins is asked once: asked of each of a hundred thousand tries, it is most of the work. */
const spans = (unit: 'hour' | 'day', count: number) => db.$queryRaw<SpanRow[]>`
	WITH present AS MATERIALIZED (
		SELECT date_trunc(${unit}, now(), 'UTC') AS starts_at, ('1 ' || ${unit})::interval AS length
	), counted AS (
		SELECT probe, date_bin((SELECT length FROM present), at, (SELECT starts_at FROM present)) AS starts_at,
			count(*) FILTER (WHERE is_ok)::int AS ok, count(*) FILTER (WHERE NOT is_ok)::int AS failed
		FROM probe_runs
		WHERE at >= (SELECT starts_at - ${count - 1}::int * length FROM present)
		GROUP BY 1, 2
	)
	SELECT name AS probe, t.starts_at AS "from", coalesce(c.ok, 0) AS ok, coalesce(c.failed, 0) AS failed
	FROM unnest(${PROBE_NAMES}::text[]) AS name CROSS JOIN (
		SELECT p.starts_at - n * p.length AS starts_at
		FROM present AS p, generate_series(0, ${count - 1}::int) AS n
	) AS t LEFT JOIN counted AS c ON c.probe = name AND c.starts_at = t.starts_at
	ORDER BY name, t.starts_at`;

/**
 * "Try now": as an admin, with an entry in the audit as for any task. Waits for it.
 *
 * @throws CONFLICT in maintenance, while another run is trying, and when one has taken over
 */
export async function tryProbes(admin: PersonalActor, given: TryProbes): Promise<ProbeOutcome[]> {
	const { task, outcomes } = trying(admin.requestId, given);
	const { state } = await startTask(admin, { name: 'probe' }, task);
	return ended(state, outcomes);
}

/**
 * The same for whoever has the cron secret.
 *
 * @throws CONFLICT in maintenance, while another run is trying, and when one has taken over
 */
export async function tryProbesFor(
	trigger: 'manual' | 'ci',
	requestId: string,
	given: TryProbes
): Promise<ProbeOutcome[]> {
	if (taskIsPaused('probe')) throw refusal('CONFLICT', 'task.paused');
	const { task, outcomes } = trying(requestId, given);
	const request = { task: 'probe', trigger, requestId, budgetMs: WAITED_FOR_MS } as const;
	const run = await runTask(request, task);
	if (run.state === 'failed') throw run.error;
	return ended(run.state, outcomes);
}

/** The task of the clock with its lease, but without asking whether it is worth it. */
function trying(requestId: string, { name }: TryProbes) {
	const outcomes: ProbeOutcome[] = [];
	const names = name ? [name] : PROBE_NAMES;
	const task: Task = {
		...TASKS.probe,
		async run(_actor, work) {
			outcomes.push(...(await runProbes({ requestId, names }, work)));
			const tried = outcomes.filter(({ wasTried }) => wasTried);
			const failed = tried.filter(({ isOk }) => !isOk).length;
			return { deleted: 0, counts: { tried: tried.length, failed } };
		}
	};
	return { task, outcomes };
}

function ended(state: string, outcomes: ProbeOutcome[]): ProbeOutcome[] {
	// Who was overtaken may have met the other run in the account: how it went says nothing.
	if (state === 'skipped' || state === 'lost') throw refusal('CONFLICT', 'probe.running');
	if (state === 'failed') throw refusal('CONFLICT', 'probe.unwritten');
	return outcomes;
}
