import type pg from 'pg';
import { withConnection } from '../local/postgres-connection.ts';
import { fillAlerts } from './operations/alerts.ts';
import { fillAudit } from './operations/audit.ts';
import { fillDatabase } from './operations/database.ts';
import { fillErrors } from './operations/errors.ts';
import { fillIncidents } from './operations/incidents.ts';
import { forgetSeeded } from './operations/ids.ts';
import { fillLogLines } from './operations/log-lines.ts';
import { fillMails } from './operations/mails.ts';
import { fillPeople, operatorEmail } from './operations/people.ts';
import { fillProbes } from './operations/probes.ts';
import { fillStatus } from './operations/status.ts';
import { fillTasks } from './operations/tasks.ts';
import { fillTraffic } from './operations/traffic.ts';
import { fillViews } from './operations/views.ts';

/** In this order: what comes later refers to what was before. */
const PARTS: readonly ((client: pg.Client) => Promise<void>)[] = [
	fillPeople,
	fillTraffic,
	fillViews,
	fillErrors,
	fillLogLines,
	fillTasks,
	fillProbes,
	fillIncidents,
	fillAlerts,
	fillMails,
	fillDatabase,
	fillStatus,
	fillAudit
];

/**
 * Fills the operators' pages as after some weeks of much use and one bad night that goes on, and tells in one
 * sentence. The figures are always the same, counted back from now; a second time they take the place of the first.
 */
export async function seedOperations(url: string): Promise<string> {
	await withConnection(url, async (client) => {
		await client.query('BEGIN');
		await forgetSeeded(client);
		for (const fill of PARTS) await fill(client);
		await client.query('COMMIT');
		await client.query('ANALYZE');
	});
	return `The pages of operators are full. ${operatorEmail} may see them: ask for a sign-in link.`;
}
