import { db } from '../db';
import { RETENTION } from '../retention';
import { inBatches, type Purged, type Work } from './batches';

/** Deletes runs of tasks that ended long ago. What still runs stays, however long it does. */
export function purgeRuns(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM task_runs WHERE id IN (
				SELECT id FROM task_runs
				WHERE state <> 'running'
					AND started_at < now() - make_interval(days => ${RETENTION.cronRunDays})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}
