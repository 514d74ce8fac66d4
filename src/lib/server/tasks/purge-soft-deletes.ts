import type { Actor } from '../services/actor';
import { purgedByKind, type Work } from '../services/batches';
import { purgeExpiredFeatures } from '../services/feature-trash';
import { purgeExpiredIdeas } from '../services/trash';

/** Deletes for good what has lain in the Trash for its time. */
export async function purgeSoftDeletes(actor: Actor, work: Work) {
	return purgedByKind({
		ideas: await purgeExpiredIdeas(actor, work),
		features: await purgeExpiredFeatures(actor, work)
	});
}
