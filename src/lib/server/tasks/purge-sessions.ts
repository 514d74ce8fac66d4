import {
	purgeBrowsers,
	purgeEmailLinks,
	purgeEndedSessions,
	purgeSignInTokens
} from '../auth/purge';
import type { Actor } from '../services/actor';
import { purgedByKind, type Work } from '../services/batches';

/** Forgets by what people signed in, once it serves nobody: sessions, links, browsers. */
export async function purgeSessions(_actor: Actor, work: Work) {
	return purgedByKind({
		sessions: await purgeEndedSessions(work),
		emailLinks: await purgeEmailLinks(work),
		signInTokens: await purgeSignInTokens(work),
		browsers: await purgeBrowsers(work)
	});
}
