import type { Work } from '../services/batches';
import type { Actor } from '../services/actor';

/** What a task did: `deleted` for those that tidy, and counts by kind. */
export interface TaskResult {
	deleted: number;
	counts: Record<string, number>;
	/** Its time was up before it had done everything: the next run goes on. */
	more?: boolean;
}

/** Something that the clock starts. One run at a time, which may be killed at any moment. */
export interface Task {
	/** What it does, in words that finish "It …". */
	does: string;
	/** When it is due, as a cron expression in UTC; with six fields the first one is seconds. */
	schedule: string;
	/** When Vercel's pro plan starts it, where `schedule` is more often than the minute that it allows. */
	proSchedule?: string;
	/** When Vercel's hobby plan starts it, where `schedule` is more often than the daily that it allows. */
	hobbySchedule?: string;
	/** How late a run may be, and how long it may take, before somebody should look. */
	graceMinutes: number;
	/** A run that was killed keeps others out this long. A run that lives renews it every third. */
	leaseSeconds: number;
	/** It mostly finds nothing to do: then the run leaves no row. */
	isQuiet?: boolean;
	run: (actor: Actor, work: Work) => Promise<TaskResult>;
}
