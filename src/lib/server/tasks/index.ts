import { checkAlertsTask } from './check-alerts';
import { cleanupPairings } from './cleanup-pairings';
import { deleteAccounts } from './delete-accounts';
import { measureDatabase } from './measure-database';
import { probeTask } from './probe';
import { purgeAuditTask } from './purge-audit';
import { purgeCronRuns } from './purge-cron-runs';
import { purgeImportsTask } from './purge-imports';
import { purgeLogs } from './purge-logs';
import { purgeSessions } from './purge-sessions';
import { purgeSoftDeletes } from './purge-soft-deletes';
import { rollRequests } from './roll-requests';
import { rollUpAnalytics } from './roll-up-analytics';
import { rotateSalt } from './rotate-salt';
import { sealAuditTask } from './seal-audit';
import { sendOutbox } from './send-outbox';
import type { Task } from './task';

/**
 * Every task, by the name that it has in `/api/cron/<name>`. The crons of `vercel.json` are written from here
 * (`pnpm vercel:crons`), and a Node server's clock reads it.
 */
export const TASKS = {
	'purge-soft-deletes': {
		does: 'deletes for good what has been in the Trash for its time',
		schedule: '0 8 * * *',
		graceMinutes: 60,
		leaseSeconds: 60,
		run: purgeSoftDeletes
	},
	'cleanup-pairings': {
		does: 'forgets computers that asked to be paired and were not, or are no more',
		schedule: '0 */6 * * *',
		hobbySchedule: '0 6 * * *',
		graceMinutes: 60,
		leaseSeconds: 60,
		run: cleanupPairings
	},
	'purge-sessions': {
		does: 'forgets ended sessions, used links and browsers long unseen',
		schedule: '15 8 * * *',
		graceMinutes: 60,
		leaseSeconds: 60,
		run: purgeSessions
	},
	'purge-logs': {
		does: 'forgets old mails, undo steps, earlier texts, log lines, errors, views, problems, alerts and figures',
		schedule: '30 8 * * *',
		graceMinutes: 60,
		leaseSeconds: 60,
		run: purgeLogs
	},
	'delete-accounts': {
		does: 'deletes the accounts whose grace is over, with everything in them',
		schedule: '0 9 * * *',
		graceMinutes: 60,
		leaseSeconds: 60,
		run: deleteAccounts
	},
	'send-outbox': {
		does: 'sends mails that were held back, or could not be sent before',
		schedule: '* * * * *',
		hobbySchedule: '5 9 * * *',
		graceMinutes: 5,
		leaseSeconds: 60,
		isQuiet: true,
		run: sendOutbox
	},
	'rotate-salt': {
		does: 'makes the salt of the coming day and destroys those of past days',
		schedule: '5 0 * * *',
		graceMinutes: 60,
		leaseSeconds: 30,
		run: rotateSalt
	},
	'measure-database': {
		does: 'writes down how large the database and its tables are',
		schedule: '20 0 * * *',
		graceMinutes: 60,
		leaseSeconds: 60,
		run: measureDatabase
	},
	'roll-up-analytics': {
		does: 'counts page views and measurements of days that are over together',
		schedule: '10 0 * * *',
		graceMinutes: 60,
		leaseSeconds: 60,
		run: rollUpAnalytics
	},
	'purge-cron-runs': {
		does: 'forgets old runs of tasks',
		schedule: '45 8 * * *',
		graceMinutes: 60,
		leaseSeconds: 60,
		run: purgeCronRuns
	},
	'roll-requests': {
		does: 'adds up the totals of requests: minutes to quarters of an hour, to hours, to days',
		schedule: '10 * * * *',
		hobbySchedule: '55 8 * * *',
		graceMinutes: 60,
		leaseSeconds: 60,
		isQuiet: true,
		run: rollRequests
	},
	'seal-audit': {
		does: 'chains the entries of the audit that came since the last time',
		schedule: '* * * * *',
		hobbySchedule: '15 9 * * *',
		graceMinutes: 5,
		leaseSeconds: 60,
		isQuiet: true,
		run: sealAuditTask
	},
	'check-alerts': {
		does: 'looks for what is wrong, and tells it',
		schedule: '*/30 * * * * *',
		proSchedule: '* * * * *',
		hobbySchedule: '25 9 * * *',
		graceMinutes: 5,
		leaseSeconds: 60,
		isQuiet: true,
		run: checkAlertsTask
	},
	probe: {
		does: 'tries what people do, and writes down how it went',
		schedule: '*/5 * * * *',
		hobbySchedule: '35 9 * * *',
		graceMinutes: 15,
		leaseSeconds: 60,
		isQuiet: true,
		run: probeTask
	},
	'purge-imports': {
		does: 'forgets files that were sent to be imported, after a day',
		schedule: '50 8 * * *',
		graceMinutes: 60,
		leaseSeconds: 60,
		run: purgeImportsTask
	},
	'purge-audit': {
		does: 'drops sealed entries of the audit after their time',
		schedule: '30 9 * * *',
		graceMinutes: 60,
		leaseSeconds: 60,
		run: purgeAuditTask
	}
} as const satisfies Record<string, Task>;

/** The name of a task. */
export type TaskName = keyof typeof TASKS;

/** Every name, in the order of the table. */
export const TASK_NAMES = Object.keys(TASKS) as TaskName[];

/** Whether there is a task of this name. */
export const isTask = (name: string): name is TaskName => Object.hasOwn(TASKS, name);
