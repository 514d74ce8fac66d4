import { ADMIN_PLACES } from '../../src/routes/(admin)/places';
import { sql } from './app-people';
import type { App } from './app-server';

/** Of these tables each row has a page: the latest with much on it is taken. */
const ROWS = {
	'/admin/incidents': `SELECT id FROM incidents WHERE acknowledged_at IS NOT NULL ORDER BY opened_at DESC LIMIT 1`,
	'/admin/errors': `SELECT id FROM error_groups WHERE source <> 'runner' ORDER BY count DESC LIMIT 2`,
	'/admin/crons': `SELECT id FROM task_runs WHERE state = 'failed' ORDER BY started_at DESC LIMIT 1`,
	'/admin/people': `SELECT id FROM users ORDER BY created_at LIMIT 1`
};

/** Every page of operators, those of single rows and those with a filter among them, and the status page. */
export async function operatorPaths(app: App): Promise<string[]> {
	const rows = await Promise.all(
		Object.entries(ROWS).map(async ([path, query]) =>
			(await sql<{ id: string }>(app, query)).map(({ id }) => `${path}/${id}`)
		)
	);
	return [
		...ADMIN_PLACES.map(({ href }) => href),
		...rows.flat(),
		'/admin?range=week',
		'/admin/analytics?days=90',
		'/admin/analytics/vitals?days=30',
		'/admin/logs?level=warn&request=request-6',
		'/admin/mail?state=failed',
		'/admin/audit?action=idea.',
		'/status'
	];
}
