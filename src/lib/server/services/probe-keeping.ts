import { db } from '../db';
import { RETENTION } from '../retention';
import { inBatches, type Purged, type Work } from './batches';

/** Forgets how old tries went. */
export const purgeProbeRuns = (work: Work): Promise<Purged> =>
	inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM probe_runs WHERE id IN (
				SELECT id FROM probe_runs
				WHERE at < now() - make_interval(days => ${RETENTION.probeRunDays})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
