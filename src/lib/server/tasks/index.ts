import type { Actor } from '../services/actor';
import { purgeAuditTask } from './purge-audit';
import { purgeExpired } from './purge-expired';
import { purgeSoftDeletes } from './purge-soft-deletes';
import { sealAuditTask } from './seal-audit';
import { sendOutbox } from './send-outbox';

/** What a task did: `deleted` for those that tidy, and counts by kind. */
export interface TaskResult {
	deleted: number;
	counts: Record<string, number>;
}

/** Something that the clock starts. It may be started twice at once, and at any time. */
export interface Task {
	/** Cron expression in UTC, for Vercel's crons and the clock of a Node server. */
	schedule: string;
	/** Whether Vercel's crons call it; what must run more often rides on requests and on the tick. */
	onVercel: boolean;
	run: (actor: Actor) => Promise<TaskResult>;
}

/** Every task, by the name it has in `/api/cron/<name>`. `vercel.json` is tested against it. */
export const TASKS = {
	'purge-soft-deletes': { schedule: '0 8 * * *', onVercel: true, run: purgeSoftDeletes },
	'purge-expired': { schedule: '30 8 * * *', onVercel: true, run: purgeExpired },
	'seal-audit': { schedule: '* * * * *', onVercel: false, run: sealAuditTask },
	'purge-audit': { schedule: '30 9 * * *', onVercel: true, run: purgeAuditTask },
	'send-outbox': { schedule: '* * * * *', onVercel: false, run: sendOutbox }
} as const satisfies Record<string, Task>;

/** The name of a task. */
export type TaskName = keyof typeof TASKS;

/** Whether there is a task of this name. */
export const isTask = (name: string): name is TaskName => Object.hasOwn(TASKS, name);
