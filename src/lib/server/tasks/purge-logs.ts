import { purgeRateLimits } from '../rate-limit-window';
import type { Actor } from '../services/actor';
import { purgeAlerts, purgeOutsideSignals, purgeStatusDays } from '../services/alert-keeping';
import { purgeBatchMarks } from '../services/batch-marks';
import { purgedByKind, type Purged, type Work } from '../services/batches';
import { purgeSizes } from '../services/database-sizes';
import { rollUpDays } from '../services/day-totals';
import { purgeErrorDetails, purgeErrors } from '../services/error-groups';
import { purgeLogLines } from '../services/log-lines';
import { purgeOutbox } from '../services/outbox';
import { purgePageViews } from '../services/page-views';
import { purgeProbeRuns } from '../services/probe-keeping';
import { purgeProblems } from '../services/problems';
import { purgeRevisions } from '../services/revision-keeping';
import { purgeStatementTimes } from '../services/statement-times';
import { purgeUndoActions } from '../services/undo-actions';
import { purgeWebVitals } from '../services/web-vitals';

type Purges = Record<string, (work: Work) => Promise<Purged>>;

const PURGES: Purges = {
	mails: purgeOutbox,
	undoActions: purgeUndoActions,
	revisions: purgeRevisions,
	logLines: purgeLogLines,
	errors: purgeErrors,
	errorDetails: purgeErrorDetails,
	problems: purgeProblems,
	probeRuns: purgeProbeRuns,
	alerts: purgeAlerts,
	outsideSignals: purgeOutsideSignals,
	statusDays: purgeStatusDays,
	databaseSizes: purgeSizes,
	statementTimes: purgeStatementTimes,
	batchMarks: purgeBatchMarks,
	rateLimits: purgeRateLimits
};

/** What these come to is known before they go. */
const COUNTED_BEFORE: Purges = { pageViews: purgePageViews, webVitals: purgeWebVitals };

/**
 * Forgets what was kept for looking back, once its time is over: mails, undo, earlier texts, log lines, errors, views, problems, alerts, figures.
 * What cannot be forgotten keeps nothing else: it is told of at the end.
 *
 * @throws {AggregateError} where one kind or several could not be forgotten
 */
export async function purgeLogs(_actor: Actor, work: Work) {
	const purged: Record<string, Purged> = {};
	const failed = new Map<string, unknown>();
	/** @returns whether it could be done */
	const attempt = (kind: string, act: () => Promise<void>) =>
		act().then(
			() => true,
			(error: unknown) => {
				failed.set(kind, error);
				return false;
			}
		);
	// Whatever became of the task that counts them.
	const isCounted = await attempt('dayTotals', async () => void (await rollUpDays(work)));
	const purges = isCounted ? { ...COUNTED_BEFORE, ...PURGES } : PURGES;
	for (const [kind, purge] of Object.entries(purges)) {
		await attempt(kind, async () => void (purged[kind] = await purge(work)));
	}
	if (failed.size > 0) {
		const [cause] = failed.values();
		const kinds = [...failed.keys()].join(', ');
		throw new AggregateError(failed.values(), `These kinds were not forgotten: ${kinds}`, {
			cause
		});
	}
	return purgedByKind(purged);
}
