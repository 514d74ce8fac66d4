import { randomUUID } from 'node:crypto';
import { Cron } from 'croner';
import { isDatabaseUnreachable } from './database-error';
import { env } from './env';
import { log } from './log';
import { TASKS, type TaskName, type TaskResult } from './tasks';

/** Runs one task now, as the system, and logs what it did. @throws what the task threw */
export async function runTask(name: TaskName, requestId: string): Promise<TaskResult> {
	const startedAt = performance.now();
	const result = await TASKS[name].run({ kind: 'system', task: name, requestId });
	log(result.deleted > 0 ? 'info' : 'debug', 'Task finished', {
		task: name,
		...result,
		durationMs: Math.round(performance.now() - startedAt)
	});
	return result;
}

/**
 * On a Node server, starts each task when it is due; on Vercel its crons do. A run that is still
 * going when the next is due is let finish.
 *
 * @returns a function that stops the clock
 */
export function startClock(): () => void {
	if (env().VERCEL) return () => undefined;
	const crons = Object.entries(TASKS).map(([name, { schedule }]) => {
		const options = { timezone: 'UTC', protect: true, unref: true };
		return new Cron(schedule, options, () => runTaskOnTime(name as TaskName));
	});
	return () => crons.forEach((cron) => cron.stop());
}

async function runTaskOnTime(name: TaskName): Promise<void> {
	try {
		await runTask(name, randomUUID());
	} catch (error) {
		log(isDatabaseUnreachable(error) ? 'warn' : 'error', 'Task failed', { task: name, error });
	}
}
