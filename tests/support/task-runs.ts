import { vi } from 'vitest';
import { db } from '$lib/server/db';
import type { Work } from '$lib/server/services/batches';
import { TASKS, type TaskName } from '$lib/server/tasks';
import type { Task, TaskResult } from '$lib/server/tasks/task';

/** The task that the tests run. */
export const name = 'purge-cron-runs' satisfies TaskName;
/** A call for it. */
export const request = { task: name, trigger: 'manual', requestId: 'test-request' } as const;
/** Its runs, the first one first. */
export const runs = () =>
	db.taskRun.findMany({ where: { task: name }, orderBy: { startedAt: 'asc' } });
/** What the table says of a task. */
export const row = (task: string = name) => db.task.findUniqueOrThrow({ where: { name: task } });

/** The task, doing something else. */
export const doing = (
	run: (work: Work) => Promise<TaskResult>,
	given: Partial<Task> = {}
): Task => ({
	...TASKS[name],
	run: (_, work) => run(work),
	...given
});

/** The task, whose runs go on until they are let go. */
export function holding(given: Partial<Task> = {}) {
	const gates: { work: Work; release: (result?: TaskResult) => void }[] = [];
	const task = doing(
		(work) =>
			new Promise((resolve) => {
				gates.push({ work, release: (result = { deleted: 0, counts: {} }) => resolve(result) });
			}),
		given
	);
	return { gates, task, began: (n: number) => vi.waitUntil(() => gates.length === n) };
}
