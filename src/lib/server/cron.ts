import { json, type RequestEvent, type RequestHandler } from '@sveltejs/kit';
import { pingFailedClock } from './alert-ping';
import { bearerMatches } from './auth/cron-secret';
import { isDatabaseUnreachable } from './database-error';
import { defer } from './defer';
import { env } from './env';
import { log } from './log';
import { maintenanceNow, retryAfterSeconds, taskIsPaused } from './maintenance';
import { runDueTasks, runTask, WAITED_FOR_MS, type RunOutcome } from './services/task-runs';
import { getGlance } from './services/glance';
import { listTasks } from './services/tasks';
import { freshSwitches } from './switches';
import { isTask } from './tasks';

/*
 * The clock's door for those who have no account but know the cron secret: Vercel, the relay, a pipeline, an
 * operator with curl.
 */

/** Lets `answer` reply to whoever sends the cron secret, and tells anyone else nothing. */
export const forCronSecret =
	(answer: (event: RequestEvent) => Promise<Response>): RequestHandler =>
	async (event) => {
		const { CRON_SECRET, CRON_SECRET_PREVIOUS } = env();
		const authorization = event.request.headers.get('authorization');
		if (!bearerMatches(authorization, CRON_SECRET, CRON_SECRET_PREVIOUS)) {
			return json({ error: 'Unauthorized' }, { status: 401 });
		}
		try {
			return await answer(event);
		} catch (cause) {
			log('error', 'Clock could not be asked', { error: cause });
			defer('ping', pingFailedClock);
			return failure(event, cause);
		}
	};

/** A task changes things, so it answers GET with the secret only; a HEAD would run it unseen. */
export const onlyGet: RequestHandler = () =>
	json({ error: 'Method not allowed' }, { status: 405, headers: { allow: 'GET' } });

/** What started a run: Vercel says so by its name, a pipeline by a header, anyone else is a person. */
export function triggerOf({ headers }: Request): 'vercel' | 'ci' | 'manual' {
	if (headers.get('user-agent')?.startsWith('vercel-cron/')) return 'vercel';
	return headers.get('coda-trigger') === 'ci' ? 'ci' : 'manual';
}

/** Runs one task: `{ success, deleted, counts, timestamp, runId }`. */
export async function answerTask(event: RequestEvent): Promise<Response> {
	const { requestId } = event.locals;
	const { task = '' } = event.params;
	if (!isTask(task)) return json({ error: 'There is no such task.', requestId }, { status: 404 });
	await freshSwitches();
	if (taskIsPaused(task)) return paused();
	const trigger = triggerOf(event.request);
	const outcome = await runTask({ task, trigger, requestId, budgetMs: WAITED_FOR_MS });
	if (outcome.state === 'failed') return failure(event, outcome.error, outcome.runId);
	return json({ ...said(outcome), timestamp: new Date().toISOString() });
}

/** Runs whatever is due: `{ success, runs, timestamp }`. */
export async function answerTick(event: RequestEvent): Promise<Response> {
	await freshSwitches();
	if (maintenanceNow().mode === 'read-only') return paused();
	const runs = await runDueTasks('tick', event.locals.requestId, {
		budgetMs: WAITED_FOR_MS
	});
	const success = runs.every(({ state }) => state !== 'failed');
	const timestamp = new Date().toISOString();
	return json(
		{ success, runs: runs.map((run) => ({ task: run.task, ...said(run) })), timestamp },
		{ status: success ? 200 : 500 }
	);
}

/** Says how each task stands: `{ tasks }`. Changes nothing, so it is also how to try a secret. */
export async function answerList({ locals }: RequestEvent): Promise<Response> {
	const { requestId } = locals;
	const tasks = await listTasks({ kind: 'system', task: 'list', requestId });
	return json({
		tasks: tasks.map(
			({ name, does, schedule, state, lastStartedAt, lastSuccessAt, nextDueAt }) => ({
				...{ name, does, schedule, state, lastStartedAt, lastSuccessAt, nextDueAt }
			})
		)
	});
}

/** Says how everything stands, as the operator's first page does. Changes nothing. */
export const answerStatus = async ({ locals }: RequestEvent): Promise<Response> =>
	json(await getGlance({ kind: 'system', task: 'status', requestId: locals.requestId }));

/** Maintenance is on. Whoever asks again finds the task due then. */
function paused(): Response {
	const headers = { 'retry-after': String(retryAfterSeconds(maintenanceNow())) };
	return json({ success: false, error: 'paused' }, { status: 503, headers });
}

/** A run in the answer. Being kept out by another run is no failure: what it does is being done. */
function said(outcome: RunOutcome) {
	const { runId, state } = outcome;
	if (state === 'succeeded') {
		const { deleted, counts, more } = outcome;
		return { success: true, deleted, counts, ...(more ? { more } : {}), runId };
	}
	const nothing = { deleted: 0, counts: {}, runId };
	return state === 'failed'
		? { success: false, ...nothing }
		: { success: true, [state]: true, ...nothing };
}

function failure({ locals }: RequestEvent, cause: unknown, runId?: string): Response {
	const { requestId } = locals;
	const status = isDatabaseUnreachable(cause) ? 503 : 500;
	return json({ success: false, error: 'The task failed.', requestId, runId }, { status });
}
