import { error, json } from '@sveltejs/kit';
import { bearerMatches } from '$lib/server/auth/cron-secret';
import { runTask } from '$lib/server/clock';
import { isDatabaseUnreachable } from '$lib/server/database-error';
import { env } from '$lib/server/env';
import { log } from '$lib/server/log';
import { isTask } from '$lib/server/tasks';
import type { RequestHandler } from './$types';

/** Runs a task, for whoever knows the cron secret: `{ success, deleted, counts, timestamp }`. */
export const GET: RequestHandler = async ({ params, request, locals }) => {
	const authorization = request.headers.get('authorization');
	if (!bearerMatches(authorization, env().CRON_SECRET)) {
		return json({ error: 'Unauthorized' }, { status: 401 });
	}
	if (!isTask(params.task)) {
		error(404, { message: 'There is no such task.', requestId: locals.requestId });
	}
	try {
		const result = await runTask(params.task, locals.requestId);
		return json({ success: true, ...result, timestamp: new Date().toISOString() });
	} catch (cause) {
		log('error', 'Task failed', { task: params.task, error: cause });
		const status = isDatabaseUnreachable(cause) ? 503 : 500;
		return json(
			{ success: false, error: 'The task failed.', requestId: locals.requestId },
			{ status }
		);
	}
};

/** A task changes things, so it answers GET with the secret only; a HEAD would run it unseen. */
export const HEAD: RequestHandler = () =>
	json({ error: 'Method not allowed' }, { status: 405, headers: { allow: 'GET' } });

export const fallback: RequestHandler = HEAD;
