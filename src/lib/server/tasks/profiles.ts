import { crons } from '../../../../vercel.json';
import { env } from '../env';
import { TASKS, type TaskName } from '.';
import type { Task } from './task';

/** Vercel's plans, as far as crons go: on hobby each is called once a day at most, within the hour. */
export const PROFILES = ['hobby', 'pro'] as const;
export type Profile = (typeof PROFILES)[number];

/** How late Vercel's hobby plan may call a cron. */
const HOBBY_LATE_MINUTES = 60;

const entries = Object.entries(TASKS) as [TaskName, Task][];
const path = (name: string) => `/api/cron/${name}`;

/** The `crons` of `vercel.json` for a plan: every task, as often as the plan allows. */
export const cronsFor = (profile: Profile): { path: string; schedule: string }[] =>
	entries.map(([name, { schedule, proSchedule = schedule, hobbySchedule = schedule }]) => ({
		path: path(name),
		schedule: profile === 'hobby' ? hobbySchedule : proSchedule
	}));

/** When a task is due, and when somebody is sure to start it where this runs. */
export interface Timing {
	/** By the table: whoever looks, such as the relay's tick, starts it then. */
	schedule: string;
	/** By which it is missed: on Vercel what the build's `vercel.json` says. */
	sureSchedule: string;
	/** How late a run may be, and how long it may take. */
	graceMs: number;
}

/** The timing of a task. */
export function timingOf(name: TaskName): Timing {
	const { schedule, graceMinutes }: Task = TASKS[name];
	const graceMs = graceMinutes * 60_000;
	if (!env().VERCEL) return { schedule, sureSchedule: schedule, graceMs };
	const onVercel = crons.find((cron) => cron.path === path(name))?.schedule ?? schedule;
	const isHobby = JSON.stringify(crons) === JSON.stringify(cronsFor('hobby'));
	const lateMs = isHobby ? HOBBY_LATE_MINUTES * 60_000 : 0;
	return { schedule, sureSchedule: onVercel, graceMs: graceMs + lateMs };
}
