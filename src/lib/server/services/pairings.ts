import { db } from '../db';
import { RETENTION } from '../retention';
import { inBatches, type Purged, type Work } from './batches';

/**
 * Deletes pairings that nobody approved in time, and, a day later, those that are over: consumed, denied,
 * revoked, or approved and never fetched. One that is approved and still valid stays.
 */
export function purgePairings(work: Work): Promise<Purged> {
	return inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM pairings WHERE id IN (
				SELECT id FROM pairings
				WHERE expires_at < now() AND (
					state = 'pending' OR (
						state = 'approved'
						AND expires_at < now() - make_interval(hours => ${RETENTION.pairingHours})
					)
				) OR (
					state IN ('consumed', 'denied', 'revoked')
					AND coalesce(ended_at, expires_at) < now() - make_interval(hours => ${RETENTION.pairingHours})
				)
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
}
