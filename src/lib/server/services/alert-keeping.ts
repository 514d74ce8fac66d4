import { db } from '../db';
import { RETENTION } from '../retention';
import { inBatches, type Purged, type Work } from './batches';

/** Forgets alerts that are over and are part of no incident. */
export const purgeAlerts = (work: Work): Promise<Purged> =>
	inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM alerts WHERE id IN (
				SELECT id FROM alerts
				WHERE state = 'recovered' AND incident_id IS NULL
					AND recovered_at < now() - make_interval(days => ${RETENTION.alertDays})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);

/** Forgets which messages of outside monitors were taken, once they are too old to be taken anyway. */
export const purgeOutsideSignals = (work: Work): Promise<Purged> =>
	inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM outside_signals WHERE signature IN (
				SELECT signature FROM outside_signals
				WHERE at < now() - make_interval(hours => ${RETENTION.outsideSignalHours})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);

/** Forgets how each part was long ago. */
export const purgeStatusDays = (work: Work): Promise<Purged> =>
	inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM status_days WHERE (component, day) IN (
				SELECT component, day FROM status_days
				WHERE day < current_date - ${RETENTION.statusDays}::int
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
