import { scheduleInWords } from '$lib/schedule';
import type { ListRuns, RunId } from '$lib/schemas/tasks';
import { BUILT_AT } from '../build';
import { db } from '../db';
import { env } from '../env';
import { taskIsPaused } from '../maintenance';
import type { Prisma, Task as TaskRow } from '../prisma/client';
import { refusal } from '../refusal';
import { TASK_NAMES, TASKS, type TaskName } from '../tasks';
import { timingOf } from '../tasks/profiles';
import type { Actor } from './actor';
import { expectedAt, stateOf, type TaskFacts, type TaskState } from './task-state';

/** A page of the history. */
const RUNS_SHOWN = 50;

/** What is known of one task. */
export type KnownTask = TaskFacts & { name: TaskName; lastSuccessAt: Date | null };

/** A row of the table, and what only the database's own clock can say. */
type Found = Omit<TaskRow, 'leaseRunId' | 'leaseExpiresAt'> &
	Pick<TaskFacts, 'lease'> & { now: Date };

/**
 * What is known of every task, and what time it is in the database: two statements would be two moments. A
 * task that nothing has started yet counts from when this program was built. A lease that `claimTask` would
 * take for run out has run out here as well, or nobody would try.
 */
export async function readTasks(): Promise<{ now: Date; tasks: KnownTask[] }> {
	const leases = TASK_NAMES.map((name) => TASKS[name].leaseSeconds);
	const rows = await db.$queryRaw<(Found | { name: null; now: Date })[]>`
		SELECT now() AS now, t.name, t.first_seen_at AS "firstSeenAt", t.failures,
			t.last_started_at AS "lastStartedAt", t.last_finished_at AS "lastFinishedAt",
			t.last_success_at AS "lastSuccessAt",
			CASE WHEN t.lease_run_id IS NULL THEN 'free'
				WHEN t.lease_expires_at <= now()
					OR t.lease_expires_at > now() + 2 * make_interval(secs => known.lease_seconds)
				THEN 'expired' ELSE 'held' END AS lease
		FROM unnest(${TASK_NAMES}::text[], ${leases}::float8[]) AS known (name, lease_seconds)
		LEFT JOIN tasks AS t ON t.name = known.name`;
	const tasks = TASK_NAMES.map((name): KnownTask => {
		const row = rows.find((one): one is Found => one.name === name);
		return { ...(row ?? neverSeen()), ...timingOf(name), isPaused: taskIsPaused(name), name };
	});
	return { now: rows[0]?.now ?? new Date(), tasks };
}

let asking: ReturnType<typeof readTasks> | undefined;

/** The same, asked once for all who ask at the same time. */
export function tasksNow(): ReturnType<typeof readTasks> {
	return (asking ??= readTasks().finally(() => (asking = undefined)));
}

const neverSeen = () => ({
	firstSeenAt: new Date(BUILT_AT),
	lease: 'free' as const,
	lastStartedAt: null,
	lastFinishedAt: null,
	lastSuccessAt: null,
	failures: 0
});

/** Writes down that the tasks exist, so that one which is never started is missed. */
export async function registerTasks(): Promise<void> {
	await db.$executeRaw`
		INSERT INTO tasks (name) SELECT unnest(${TASK_NAMES}::text[]) ON CONFLICT DO NOTHING`;
}

/** The tasks that are down, by name. Previews have no clock, so nothing is missed there. */
export async function listDownTasks(): Promise<TaskName[]> {
	if (env().VERCEL && env().tier !== 'production') return [];
	const { now, tasks } = await tasksNow();
	return tasks.filter((task) => stateOf(task, now) === 'down').map(({ name }) => name);
}

/** What leaves the server of a run. */
const runSelect = {
	id: true,
	task: true,
	trigger: true,
	state: true,
	startedAt: true,
	finishedAt: true,
	counts: true,
	error: true,
	requestId: true,
	startedBy: true
} satisfies Prisma.TaskRunSelect;

/** A run as the page shows it: counts by kind, and how long it took. */
export type ListedRun = ReturnType<typeof listedRun>;

function listedRun(run: Prisma.TaskRunGetPayload<{ select: typeof runSelect }>) {
	const { counts, startedAt, finishedAt } = run;
	return {
		...run,
		counts: (counts ?? {}) as Record<string, number>,
		tookMs: finishedAt ? Math.max(0, finishedAt.valueOf() - startedAt.valueOf()) : null
	};
}

/** A task as the operator sees it. */
export interface ListedTask {
	name: TaskName;
	does: string;
	/** By which somebody is sure to start it. */
	schedule: string;
	scheduleInWords: string;
	state: TaskState;
	isRunning: boolean;
	lastStartedAt: Date | null;
	lastSuccessAt: Date | null;
	failures: number;
	/** May be past: then it is late. */
	nextDueAt: Date;
	/** The last run that left a row; those that were kept out do not count. */
	lastRun: ListedRun | null;
}

/** Every task, in the order of the table. For operators: who may ask is the caller's business. */
export async function listTasks(_actor: Actor): Promise<ListedTask[]> {
	const [{ now, tasks }, runs] = await Promise.all([readTasks(), lastRuns()]);
	return tasks.map((task) => {
		const { name, sureSchedule: schedule, lastStartedAt, lastSuccessAt, failures } = task;
		return {
			...{ name, schedule, lastStartedAt, lastSuccessAt, failures },
			does: TASKS[name].does,
			scheduleInWords: scheduleInWords(schedule),
			state: stateOf(task, now),
			isRunning: task.lease === 'held',
			nextDueAt: expectedAt(task, now),
			lastRun: runs.get(name) ?? null
		};
	});
}

async function lastRuns(): Promise<Map<string, ListedRun>> {
	const ids = await db.$queryRaw<{ id: string }[]>`
		SELECT r.id FROM unnest(${TASK_NAMES}::text[]) AS name CROSS JOIN LATERAL (
			SELECT id FROM task_runs WHERE task = name AND state <> 'skipped'
			ORDER BY started_at DESC, id DESC LIMIT 1
		) AS r`;
	const runs = await db.taskRun.findMany({
		where: { id: { in: ids.map(({ id }) => id) } },
		select: runSelect
	});
	return new Map(runs.map((run) => [run.task, listedRun(run)]));
}

/** The last runs, newest first, of one task or in one state where that is asked for. */
export async function listRuns(_actor: Actor, { task, state }: ListRuns): Promise<ListedRun[]> {
	const runs = await db.taskRun.findMany({
		where: { task, state },
		orderBy: [{ startedAt: 'desc' }, { id: 'asc' }],
		take: RUNS_SHOWN,
		select: runSelect
	});
	return runs.map(listedRun);
}

/** One run, with whoever pressed for it. @throws NOT_FOUND */
export async function getRun(
	_actor: Actor,
	{ id }: RunId
): Promise<ListedRun & { startedByEmail: string | null }> {
	const run = await db.taskRun.findUnique({ where: { id }, select: runSelect });
	if (!run) throw refusal('NOT_FOUND', 'task.runNotFound');
	const person = run.startedBy
		? await db.user.findUnique({ where: { id: run.startedBy }, select: { email: true } })
		: null;
	return { ...listedRun(run), startedByEmail: person?.email ?? null };
}
