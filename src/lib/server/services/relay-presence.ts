import { PRESENCE, type PresenceAnswer, type PresenceReport } from '#protocol/events';
import { db, type Transaction } from '../db';
import { Prisma } from '../prisma/client';
import { RETENTION } from '../retention';
import { inBatches, type Purged, type Work } from './batches';

/*
 * Which computers are online is what relays say that they hold, and only for as long as they say it. Nothing
 * has to be tidied up after a relay that was killed.
 */

/** Whether a relay that is alive holds the runner `r`. */
export const isHeld = Prisma.sql`EXISTS (
	SELECT FROM relay_reports AS held WHERE held.relay_id = r.relay_id AND held.left_at IS NULL
		AND held.reported_at > now() - make_interval(secs => ${PRESENCE.validMs / 1_000})
)`;

/**
 * Hears a relay's report. One that is older than what is known of that life of the relay changes nothing, and
 * what is told of a runner's older socket neither.
 */
export function hearPresence(report: PresenceReport): Promise<PresenceAnswer> {
	const { relayId, sequence, leaving } = report;
	return db.$transaction(async (tx) => {
		const [heard] = await tx.$queryRaw<{ isNew: boolean }[]>`
			INSERT INTO relay_reports AS r (relay_id, sequence, left_at)
			VALUES (${relayId}, ${sequence}, CASE WHEN ${leaving} THEN now() END)
			ON CONFLICT (relay_id) DO UPDATE SET sequence = EXCLUDED.sequence, reported_at = now(),
				left_at = EXCLUDED.left_at
			WHERE r.sequence < EXCLUDED.sequence AND r.left_at IS NULL
			RETURNING xmax = 0 AS "isNew"`;
		if (!heard) return { resend: false };
		await apply(tx, report);
		// A relay that has just begun has told all that it holds in its first report.
		return { resend: heard.isNew && sequence > 0 && !leaving };
	});
}

async function apply(tx: Transaction, { relayId, changes }: PresenceReport): Promise<void> {
	// Of each runner the newest: one statement cannot change a row twice.
	const newest = new Map<string, (typeof changes)[number]>();
	for (const change of changes) {
		const known = newest.get(change.runnerId);
		if (!known || known.epoch <= change.epoch) newest.set(change.runnerId, change);
	}
	if (newest.size === 0) return;
	const rows = [...newest.values()].map(
		({ runnerId, personId, online, connectionId, epoch }) =>
			Prisma.sql`(${runnerId}::uuid, ${personId}::uuid, ${online}::boolean, ${connectionId}::uuid, ${epoch}::bigint)`
	);
	await tx.$executeRaw`
		UPDATE runners AS r SET epoch = c.epoch, last_seen_at = now(),
			relay_id = CASE WHEN c.online THEN ${relayId} END,
			connection_id = CASE WHEN c.online THEN c.connection_id END
		FROM (VALUES ${Prisma.join(rows)}) AS c (id, user_id, online, connection_id, epoch)
		WHERE r.id = c.id AND r.user_id = c.user_id AND r.epoch <= c.epoch`;
}

/** Forgets relays that were not heard of for a day. */
export const purgeRelayReports = (work: Work): Promise<Purged> =>
	inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM relay_reports WHERE relay_id IN (
				SELECT relay_id FROM relay_reports
				WHERE reported_at < now() - make_interval(hours => ${RETENTION.pairingHours})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
