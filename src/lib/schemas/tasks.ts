import * as z from 'zod';

/** How a run of a task can stand. */
export const RUN_STATES = ['running', 'succeeded', 'failed', 'skipped', 'lost'] as const;

/** Which task: its name in `/api/cron/<name>`. */
export const TaskId = z.object({ name: z.string().min(1).max(60) });
export type TaskId = z.infer<typeof TaskId>;

/** Which run. */
export const RunId = z.object({ id: z.uuid() });
export type RunId = z.infer<typeof RunId>;

/** Which runs to show. */
export const ListRuns = z.object({
	task: z.string().max(60).optional(),
	state: z.enum(RUN_STATES).optional()
});
export type ListRuns = z.infer<typeof ListRuns>;
