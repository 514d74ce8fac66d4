import type { Actor } from '../services/actor';
import { purgedByKind, type Work } from '../services/batches';
import { purgeRuns } from '../services/task-history';

/** Forgets runs of tasks, once nobody looks back that far. */
export async function purgeCronRuns(_actor: Actor, work: Work) {
	return purgedByKind({ runs: await purgeRuns(work) });
}
