import type { Actor } from '../services/actor';
import { purgedByKind, type Work } from '../services/batches';
import { purgePairings } from '../services/pairings';
import { purgeRelayReports } from '../services/relay-presence';

/** Forgets pairings that came to nothing, and those that are over. */
export async function cleanupPairings(_actor: Actor, work: Work) {
	return purgedByKind({
		pairings: await purgePairings(work),
		relays: await purgeRelayReports(work)
	});
}
