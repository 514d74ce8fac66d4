import type { Actor } from '../services/actor';
import { purgeExpiredIdeas } from '../services/trash';

/** Deletes for good what has lain in the Trash for its time. */
export async function purgeSoftDeletes(actor: Actor) {
	const ideas = await purgeExpiredIdeas(actor);
	return { deleted: ideas, counts: { ideas } };
}
