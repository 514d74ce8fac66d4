import { purgeExpiredCredentials } from '../auth/purge';
import { purgeRateLimits } from '../rate-limit-window';
import { purgeOutbox } from '../services/outbox';
import { purgeUndoActions } from '../services/undo-actions';

/** Forgets what has run out and serves nobody: sessions, links, undo tokens, counters, old mails. */
export async function purgeExpired() {
	const [credentials, undoActions, rateLimits, mails] = await Promise.all([
		purgeExpiredCredentials(),
		purgeUndoActions(),
		purgeRateLimits(),
		purgeOutbox()
	]);
	const counts = { ...credentials, undoActions, rateLimits, mails };
	return { deleted: Object.values(counts).reduce((sum, count) => sum + count, 0), counts };
}
