import { db } from '../db';
import { RETENTION } from '../retention';
import { inBatches, type Purged, type Work } from '../services/batches';

/** Deletes sessions that have ended. */
export function purgeEndedSessions(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM sessions WHERE id IN (
				SELECT id FROM sessions WHERE expires_at < now() LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}

/** Deletes links of mails some time after they were used or stopped working. */
export function purgeEmailLinks(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM email_links WHERE id IN (
				SELECT id FROM email_links
				WHERE least(expires_at, used_at) < now() - make_interval(hours => ${RETENTION.signInTokenHours})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}

/** Deletes the links that release 0.1 made, which nothing reads any more. */
export function purgeSignInTokens(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM sign_in_tokens WHERE id IN (
				SELECT id FROM sign_in_tokens
				WHERE expires_at < now() - make_interval(hours => ${RETENTION.signInTokenHours})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}

/** Forgets browsers that nobody has signed in with for long. */
export function purgeBrowsers(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM browsers WHERE id IN (
				SELECT id FROM browsers
				WHERE last_seen_at < now() - make_interval(days => ${RETENTION.knownBrowserDays})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}
