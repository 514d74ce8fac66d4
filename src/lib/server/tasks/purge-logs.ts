import { purgeRateLimits } from '../rate-limit-window';
import type { Actor } from '../services/actor';
import { purgeAlerts, purgeOutsideSignals, purgeStatusDays } from '../services/alert-keeping';
import { purgedByKind, type Work } from '../services/batches';
import { purgeSizes } from '../services/database-sizes';
import { rollUpDays } from '../services/day-totals';
import { purgeErrorDetails, purgeErrors } from '../services/error-groups';
import { purgeLogLines } from '../services/log-lines';
import { purgeOutbox } from '../services/outbox';
import { purgePageViews } from '../services/page-views';
import { purgeProblems } from '../services/problems';
import { purgeRevisions } from '../services/revision-keeping';
import { purgeStatementTimes } from '../services/statement-times';
import { purgeUndoActions } from '../services/undo-actions';
import { purgeWebVitals } from '../services/web-vitals';

/** Forgets what was kept for looking back, once its time is over: mails, undo, earlier texts, log lines, errors, views, problems, alerts, figures. */
export async function purgeLogs(_actor: Actor, work: Work) {
	// What views and measurements come to is known before they go, whatever became of the task that counts them.
	await rollUpDays(work);
	return purgedByKind({
		mails: await purgeOutbox(work),
		undoActions: await purgeUndoActions(work),
		revisions: await purgeRevisions(work),
		pageViews: await purgePageViews(work),
		webVitals: await purgeWebVitals(work),
		logLines: await purgeLogLines(work),
		errors: await purgeErrors(work),
		errorDetails: await purgeErrorDetails(work),
		problems: await purgeProblems(work),
		alerts: await purgeAlerts(work),
		outsideSignals: await purgeOutsideSignals(work),
		statusDays: await purgeStatusDays(work),
		databaseSizes: await purgeSizes(work),
		statementTimes: await purgeStatementTimes(work),
		rateLimits: await purgeRateLimits(work)
	});
}
