import { v7 as uuid } from 'uuid';
import { db, type Transaction } from '../db';
import type { TaskTrigger } from '../prisma/client';

/*
 * One run of a task at a time, whoever starts it. A run holds a lease in the database, and each step is
 * one statement that says itself whether it may. Times are the database's: the clocks of processes differ,
 * and jump.
 */

/** What a run is told when it asks for the lease. */
export interface Claim {
	task: string;
	trigger: TaskTrigger;
	leaseSeconds: number;
	requestId: string;
	/** Who pressed "Run now". */
	startedBy?: string;
	/** Take it only when the last start is still this one: nobody else has come in the meantime. */
	lastStartedAt?: Date | null;
	/** Whether being kept out leaves a row. */
	recordSkipped: boolean;
}

/** What the claim came to. */
export interface Claimed {
	runId: string;
	isMine: boolean;
}

/** How a run ended. */
export interface Ending {
	succeeded: boolean;
	counts?: Record<string, number>;
	error?: string;
	/** It had to leave work behind. */
	more?: boolean;
	/** Whether the run's row is kept. */
	keep: boolean;
}

/**
 * Takes the lease and begins a run, or begins nothing because another run holds it. A run whose lease ran
 * out is marked as lost. A lease that lies further ahead than any can is from before the clock was set
 * back, and counts as run out.
 */
export async function claimTask(claim: Claim, client: Transaction = db): Promise<Claimed> {
	const { task, trigger, leaseSeconds, requestId, startedBy, lastStartedAt, recordSkipped } = claim;
	const runId = uuid();
	const anyStart = lastStartedAt === undefined;
	const [row] = await client.$queryRaw<{ isMine: boolean }[]>`
		WITH claimed AS (
			INSERT INTO tasks AS t (name, lease_run_id, lease_expires_at, last_started_at)
			VALUES (${task}, ${runId}::uuid, now() + make_interval(secs => ${leaseSeconds}), now())
			ON CONFLICT (name) DO UPDATE SET
				lease_run_id = excluded.lease_run_id,
				lease_expires_at = excluded.lease_expires_at,
				last_started_at = excluded.last_started_at
			WHERE (
				t.lease_run_id IS NULL OR t.lease_expires_at <= now()
				OR t.lease_expires_at > now() + 2 * make_interval(secs => ${leaseSeconds})
			) AND (
				${anyStart} OR t.last_started_at IS NOT DISTINCT FROM ${lastStartedAt ?? null}::timestamptz
			)
			RETURNING name
		), lost AS (
			UPDATE task_runs SET state = 'lost', finished_at = now(),
				error = 'The process ended, or lost touch with the database, before the run did.'
			WHERE task IN (SELECT name FROM claimed) AND state = 'running'
		), run AS (
			INSERT INTO task_runs (id, task, trigger, state, finished_at, request_id, started_by)
			SELECT ${runId}::uuid, ${task}, ${trigger}::task_trigger,
				(CASE WHEN mine THEN 'running' ELSE 'skipped' END)::task_run_state,
				CASE WHEN mine THEN NULL ELSE now() END, ${requestId}, ${startedBy ?? null}::uuid
			FROM (SELECT EXISTS (SELECT 1 FROM claimed) AS mine) AS outcome
			WHERE mine OR ${recordSkipped}
		)
		SELECT EXISTS (SELECT 1 FROM claimed) AS "isMine"`;
	return { runId, isMine: row?.isMine ?? false };
}

/** Holds the lease for longer. @returns false when the run has lost it */
export async function renewLease(
	{ task, leaseSeconds }: Pick<Claim, 'task' | 'leaseSeconds'>,
	runId: string
): Promise<boolean> {
	const renewed = await db.$executeRaw`
		UPDATE tasks SET lease_expires_at = now() + make_interval(secs => ${leaseSeconds})
		WHERE name = ${task} AND lease_run_id = ${runId}::uuid`;
	return renewed > 0;
}

/**
 * Writes down how a run ended, unless it lost its lease: then a newer run has the say. A run that leaves
 * work behind leaves its lease as well, run out, by which the clock knows that there is more.
 *
 * @returns whether the run still had its lease
 */
export async function finishRun(task: string, runId: string, ending: Ending): Promise<boolean> {
	const { succeeded, counts = {}, error, more = false, keep } = ending;
	const state = succeeded ? 'succeeded' : 'failed';
	const [row] = await db.$queryRaw<{ isMine: boolean }[]>`
		WITH done AS (
			UPDATE tasks SET
				lease_run_id = CASE WHEN ${more} THEN lease_run_id END,
				lease_expires_at = CASE WHEN ${more} THEN now() END,
				last_finished_at = now(),
				last_success_at = CASE WHEN ${succeeded} THEN now() ELSE last_success_at END,
				failures = CASE WHEN ${succeeded} THEN 0 ELSE failures + 1 END
			WHERE name = ${task} AND lease_run_id = ${runId}::uuid
			RETURNING name
		), kept AS (
			UPDATE task_runs SET state = ${state}::task_run_state, finished_at = now(),
				counts = ${JSON.stringify(counts)}::jsonb, error = ${error ?? null}
			WHERE id = ${runId}::uuid AND state = 'running' AND ${keep}
				AND EXISTS (SELECT 1 FROM done)
		), dropped AS (
			DELETE FROM task_runs
			WHERE id = ${runId}::uuid AND state = 'running' AND NOT ${keep}
				AND EXISTS (SELECT 1 FROM done)
		)
		SELECT EXISTS (SELECT 1 FROM done) AS "isMine"`;
	return row?.isMine ?? false;
}
