import { ListRuns, RunId, TaskId } from '$lib/schemas/tasks';
import { startTask } from '$lib/server/services/task-runs';
import { getRun, listRuns, listTasks } from '$lib/server/services/tasks';
import { adminProcedure, router } from '../init';

export const tasks = router({
	/** Every task and how it stands. */
	list: adminProcedure.query(({ ctx }) => listTasks(ctx.actor)),

	/** The last fifty runs, of one task or in one state. */
	runs: adminProcedure.input(ListRuns).query(({ ctx, input }) => listRuns(ctx.actor, input)),

	/** One run and who pressed for it. */
	get: adminProcedure.input(RunId).query(({ ctx, input }) => getRun(ctx.actor, input)),

	/** Runs a task now and waits for it; `skipped` when a run of it is going on already. */
	run: adminProcedure.input(TaskId).mutation(({ ctx, input }) => startTask(ctx.actor, input))
});
