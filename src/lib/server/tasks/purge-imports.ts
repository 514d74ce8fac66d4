import type { Actor } from '../services/actor';
import { purgedByKind, type Work } from '../services/batches';
import { purgeImports } from '../services/imports';

/** Forgets files that were sent to be imported, and later what the imports did. */
export async function purgeImportsTask(_actor: Actor, work: Work) {
	return purgedByKind(await purgeImports(work));
}
