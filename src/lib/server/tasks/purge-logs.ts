import { purgeRateLimits } from '../rate-limit-window';
import type { Actor } from '../services/actor';
import { purgedByKind, type Work } from '../services/batches';
import { purgeErrorDetails, purgeErrors } from '../services/error-groups';
import { purgeLogLines } from '../services/log-lines';
import { purgeOutbox } from '../services/outbox';
import { purgePageViews } from '../services/page-views';
import { purgeProblems } from '../services/problems';
import { purgeRevisions } from '../services/revision-keeping';
import { purgeUndoActions } from '../services/undo-actions';

/** Forgets what was kept for looking back, once its time is over: mails, undo, earlier texts, lines of the log, errors, views, reported problems, counters. */
export async function purgeLogs(_actor: Actor, work: Work) {
	return purgedByKind({
		mails: await purgeOutbox(work),
		undoActions: await purgeUndoActions(work),
		revisions: await purgeRevisions(work),
		pageViews: await purgePageViews(work),
		logLines: await purgeLogLines(work),
		errors: await purgeErrors(work),
		errorDetails: await purgeErrorDetails(work),
		problems: await purgeProblems(work),
		rateLimits: await purgeRateLimits(work)
	});
}
