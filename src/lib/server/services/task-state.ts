import { Cron } from 'croner';
import type { Timing } from '../tasks/profiles';

/** What is known of a task, as the database has it. All times are the database's. */
export interface TaskFacts extends Timing {
	/** Since when it is in the table. */
	firstSeenAt: Date;
	/** `held` by a run that lives, `expired` when one ended before its work did, else `free`. */
	lease: 'free' | 'held' | 'expired';
	lastStartedAt: Date | null;
	lastFinishedAt: Date | null;
	/** Failures since the last success. */
	failures: number;
	/** Maintenance holds it back. */
	isPaused: boolean;
}

/**
 * How a task stands. `new`: never ran, and need not have. `late`: due, and within its grace, or held back by
 * maintenance. `down`: its last run failed, or none came in time. `running-too-long`: a run lives that should have ended.
 */
export type TaskState = 'new' | 'up' | 'late' | 'down' | 'running-too-long';

const crons = new Map<string, Cron>();

/** The first time after `from` at which a schedule is due. */
export function nextDue(schedule: string, from: Date): Date {
	const cron = crons.get(schedule) ?? new Cron(schedule, { timezone: 'UTC', paused: true });
	crons.set(schedule, cron);
	const next = cron.nextRun(from);
	if (!next) throw new Error(`The schedule "${schedule}" is never due.`);
	return next;
}

/** When the next run is due, which may be past: the first time on its schedule after the last start. */
export const dueAt = (facts: TaskFacts, now: Date): Date => nextAfter(facts, facts.schedule, now);

/** When the next run is sure to be started, which may be past: then it is late. */
export const expectedAt = (facts: TaskFacts, now: Date): Date =>
	nextAfter(facts, facts.sureSchedule, now);

/**
 * A start that lies in the future says that the clock was set back; what is ahead by more than the grace is
 * no evidence that anything ran.
 */
function nextAfter(facts: TaskFacts, schedule: string, now: Date): Date {
	const { lastStartedAt, firstSeenAt, graceMs } = facts;
	const ahead = lastStartedAt ? lastStartedAt.valueOf() - now.valueOf() : 0;
	const reference = lastStartedAt && ahead <= graceMs ? lastStartedAt : firstSeenAt;
	return nextDue(schedule, reference < now ? reference : now);
}

/** Whether the clock should start it now: it is time, or an earlier run left work behind. */
export function isDue(facts: TaskFacts, now: Date): boolean {
	if (facts.lease === 'held') return false;
	return facts.lease === 'expired' || dueAt(facts, now) <= now;
}

/** The dead man's switch of one task: how it stands at a moment. Says the same whoever asks, and asks nobody. */
export function stateOf(facts: TaskFacts, now: Date): TaskState {
	const { graceMs, lease, lastStartedAt, lastFinishedAt, failures, isPaused } = facts;
	const startedMs = lastStartedAt ? now.valueOf() - lastStartedAt.valueOf() : 0;
	if (lease === 'held' && startedMs > graceMs) return 'running-too-long';
	if (failures > 0) return 'down';
	if (lease !== 'held') {
		const lateMs = now.valueOf() - expectedAt(facts, now).valueOf();
		const finished = lastStartedAt && lastFinishedAt && lastFinishedAt >= lastStartedAt;
		const wasKilled = lease === 'expired' && !finished;
		const isMissed = lateMs > graceMs || (wasKilled && startedMs > graceMs);
		if (isMissed) return isPaused ? 'late' : 'down';
		if (lateMs > 0) return 'late';
	}
	return lastFinishedAt ? 'up' : 'new';
}
