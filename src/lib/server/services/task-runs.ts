import { db, type Transaction } from '../db';
import { isDatabaseUnreachable } from '../database-error';
import { captureException } from '../capture';
import { log, redactText } from '../log';
import { taskIsPaused } from '../maintenance';
import type { TaskTrigger } from '../prisma/client';
import { refusal } from '../refusal';
import { requestContext, requestOrigin, withRequestContext } from '../request-context';
import { freshSwitches } from '../switches';
import { errorClass, tracedAlone } from '../tracing';
import { isTask, TASKS, type TaskName } from '../tasks';
import type { Task, TaskResult } from '../tasks/task';
import type { TaskId } from '$lib/schemas/tasks';
import type { PersonalActor } from './actor';
import { recordAudit } from './audit';
import { claimTask, finishRun, renewLease, type Claimed } from './task-leases';
import { isDue } from './task-state';
import { readTasks, registerTasks } from './tasks';

/** A run that somebody waits for stops in time for a function on Vercel, which ends after a minute. */
export const WAITED_FOR_MS = 50_000;

const ERROR_CHARS = 500;

/** Which task to run, and on whose word. */
export interface RunRequest {
	task: TaskName;
	trigger: TaskTrigger;
	requestId: string;
	/** How long it may work; as long as it takes, where nobody says. */
	budgetMs?: number;
	/** Aborted when it should come to its end: the process is about to. */
	signal?: AbortSignal;
	/** Run only when the last start is still this one. */
	lastStartedAt?: Date | null;
}

/** How a call for a run ended. `lost` has been overtaken by another run. */
export type RunOutcome = { runId: string } & (
	| ({ state: 'succeeded' } & Required<TaskResult>)
	| { state: 'skipped' | 'lost' }
	| { state: 'failed'; error: unknown }
);

/**
 * Runs a task now, unless a run of it is going on already. It fails without throwing.
 *
 * @param task what its name in the table stands for
 */
export async function runTask(
	request: RunRequest,
	task: Task = TASKS[request.task]
): Promise<RunOutcome> {
	return begin(request, await claim(request, task), task);
}

/** What whoever pressed "Run now" learns. What went wrong stands in the run's row. */
export interface StartedTask extends TaskResult {
	task: TaskName;
	runId: string;
	state: RunOutcome['state'];
}

/**
 * "Run now": the claim and who pressed stand in one transaction. Waits for the run.
 *
 * @param given what its name in the table stands for
 * @throws NOT_FOUND when there is no such task, CONFLICT while maintenance pauses it
 */
export async function startTask(
	actor: PersonalActor,
	{ name }: TaskId,
	given?: Task
): Promise<StartedTask> {
	if (!isTask(name)) throw refusal('NOT_FOUND', 'task.notFound');
	const task = given ?? TASKS[name];
	if (taskIsPaused(name)) throw refusal('CONFLICT', 'task.paused');
	const { requestId } = actor;
	const request = { task: name, trigger: 'manual', requestId, budgetMs: WAITED_FOR_MS } as const;
	const claimed = await db.$transaction(async (tx) => {
		const claimed = await claim({ ...request, startedBy: actor.userId }, task, tx);
		await recordAudit(tx, actor, {
			action: 'task.run',
			targetKind: 'task',
			targetId: name,
			outcome: claimed.isMine ? 'done' : 'refused',
			details: { runId: claimed.runId }
		});
		return claimed;
	});
	const outcome = await begin(request, claimed, task);
	const { runId, state } = outcome;
	const did = outcome.state === 'succeeded' ? outcome : { deleted: 0, counts: {}, more: false };
	return { task: name, runId, state, deleted: did.deleted, counts: did.counts, more: did.more };
}

/**
 * Runs what is due by the table and the clock of the database, all at once, and leaves what maintenance
 * pauses for afterwards. However many processes look at
 * the same time, each due task is begun by one of them.
 *
 * @returns the runs that this call began
 */
export async function runDueTasks(
	trigger: 'clock' | 'tick',
	requestId: string,
	limits: Pick<RunRequest, 'budgetMs' | 'signal'> = {}
): Promise<(RunOutcome & { task: TaskName })[]> {
	await registerTasks();
	if (limits.signal?.aborted) return [];
	const { now, tasks } = await readTasks();
	const due = tasks.filter((task) => isDue(task, now) && !taskIsPaused(task.name));
	const outcomes = await Promise.all(
		due.map(async ({ name: task, lastStartedAt }) => ({
			...(await runTask({ task, trigger, requestId, ...limits, lastStartedAt })),
			task
		}))
	);
	return outcomes.filter(({ state }) => state !== 'skipped');
}

/** Whether a run leaves a row although it found nothing to do: somebody is looking for it. */
const isWatched = ({ trigger }: RunRequest, { isQuiet }: Task) =>
	!isQuiet || trigger === 'manual' || trigger === 'ci';

function claim(
	request: RunRequest & { startedBy?: string },
	task: Task,
	tx?: Transaction
): Promise<Claimed> {
	const { leaseSeconds } = task;
	// Whoever looks at the clock and comes second has missed nothing.
	const recordSkipped = isWatched(request, task) && request.lastStartedAt === undefined;
	return claimTask({ ...request, leaseSeconds, recordSkipped }, tx);
}

/** The run itself, whose id stands in every line that it logs. */
function begin(request: RunRequest, { runId, isMine }: Claimed, task: Task): Promise<RunOutcome> {
	const { requestId } = request;
	const context = { ...requestContext(), requestId, runId };
	return withRequestContext(
		context,
		async (): Promise<RunOutcome> => {
			if (isMine) return performTraced(request, task, runId);
			log('info', 'Task skipped', { task: request.task, trigger: request.trigger });
			return { runId, state: 'skipped' };
		},
		requestOrigin()
	);
}

function performTraced(request: RunRequest, task: Task, runId: string): Promise<RunOutcome> {
	const attributes = {
		...{ 'coda.task': request.task, 'coda.task.trigger': request.trigger },
		...{ 'coda.run.id': runId, 'coda.request.id': request.requestId }
	};
	return tracedAlone({ name: `task ${request.task}`, attributes }, async (span) => {
		const outcome = await perform(request, task, runId);
		span.set({ 'coda.task.outcome': outcome.state });
		if (outcome.state === 'failed') span.fail(errorClass(outcome.error));
		return outcome;
	});
}

async function perform(request: RunRequest, task: Task, runId: string): Promise<RunOutcome> {
	const { task: name, trigger, requestId, budgetMs = Infinity, signal } = request;
	const { leaseSeconds, run } = task;
	const startedAt = performance.now();
	const tookMs = () => Math.round(performance.now() - startedAt);
	const lease = keepLease(name, runId, leaseSeconds);
	try {
		const work = {
			hasTime: (ms = 0) =>
				!pausedNow(name) && lease.isHeld() && tookMs() + ms < budgetMs && !signal?.aborted
		};
		const result = { more: false, ...(await run({ kind: 'system', task: name, requestId }, work)) };
		await lease.stop();
		const { counts, deleted, more } = result;
		const didSomething = deleted > 0 || Object.values(counts).some((count) => count > 0);
		const keep = isWatched(request, task) || didSomething;
		const ending = { succeeded: true, counts, more: more && lease.isHeld(), keep };
		if (!(await finishRun(name, runId, ending))) return overtaken(name, runId);
		log(didSomething ? 'info' : 'debug', 'Task finished', {
			...{ task: name, trigger, counts, more },
			durationMs: tookMs()
		});
		return { runId, state: 'succeeded', ...result };
	} catch (error) {
		await lease.stop();
		const isOutage = isDatabaseUnreachable(error);
		log(isOutage && trigger === 'clock' ? 'warn' : 'error', 'Task failed', { task: name, error });
		if (!isOutage) captureException(error, { tags: { task: name } });
		const ending = { succeeded: false, error: shortly(error), keep: true };
		// Where the database is away, the lease runs out by itself, and the next run says so.
		const isMine = await finishRun(name, runId, ending).catch(() => true);
		return isMine ? { runId, state: 'failed', error } : overtaken(name, runId);
	}
}

/** Whether maintenance has begun. The run may be the only thing that happens: then nobody else reads it. */
function pausedNow(task: TaskName): boolean {
	void freshSwitches();
	return taskIsPaused(task);
}

function overtaken(task: TaskName, runId: string): RunOutcome {
	log('warn', 'Task run lost its lease', { task });
	return { runId, state: 'lost' };
}

/** What went wrong, without what looks like a secret, in the length of a cell. */
function shortly(error: unknown): string {
	const full = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
	const text = redactText(full).replace(/\s+/g, ' ').trim();
	return text.length > ERROR_CHARS ? `${text.slice(0, ERROR_CHARS)}…` : text;
}

/** Renews a lease every third of its time, until it is stopped or another run has it. */
function keepLease(task: TaskName, runId: string, leaseSeconds: number) {
	let isHeld = true;
	let renewing: Promise<void> = Promise.resolve();
	const timer = setInterval(
		() => {
			renewing = renewLease({ task, leaseSeconds }, runId).then(
				(renewed) => {
					isHeld &&= renewed;
				},
				(error: unknown) => log('warn', 'Task lease could not be renewed', { task, error })
			);
		},
		(leaseSeconds * 1_000) / 3
	);
	return {
		isHeld: () => isHeld,
		/** Resolves when no renewal is on its way any more. */
		stop: () => {
			clearInterval(timer);
			return renewing;
		}
	};
}
