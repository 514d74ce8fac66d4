import { v7 as uuid } from 'uuid';
import type { OutsideSignal } from '$lib/schemas/alerts';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { CHECKING } from './alert-check';
import { deliverAlerts } from './alert-deliveries';
import { tellOfAlerts } from './alert-notices';
import { deliverOutboxSoon } from './outbox';

/** What became of a message of a monitor: `repeated` was taken before. */
export type Heard = 'taken' | 'repeated';

/**
 * Hears what a monitor outside says: opens an alert of its own for the monitor's key, or ends it. Each message is
 * taken once, whoever sends it again.
 *
 * @param signature what names this very message
 */
export async function hearOutside(signature: string, signal: OutsideSignal): Promise<Heard> {
	const heard = await db.$transaction(async (tx) => {
		const isNew = await tx.$executeRaw`
			INSERT INTO outside_signals (signature) VALUES (${signature}) ON CONFLICT DO NOTHING`;
		if (isNew === 0) return 'repeated';
		await tx.$executeRaw`SELECT pg_advisory_xact_lock(${CHECKING}::bigint)`;
		const rule = await tx.alertRule.findUnique({
			where: { key: 'outside' },
			select: { isOn: true }
		});
		if (rule?.isOn === false) return 'taken';
		await (signal.state === 'firing' ? begin(tx, signal) : end(tx, signal));
		await tellOfAlerts(tx, new Date());
		return 'taken';
	});
	defer('send-outbox', deliverOutboxSoon);
	defer('deliver-alerts', deliverAlerts);
	return heard;
}

const begin = (tx: Transaction, { key, severity, says }: OutsideSignal) => tx.$executeRaw`
	INSERT INTO alerts AS a (id, rule, subject, severity, state, says, since, fired_at)
	VALUES (${uuid()}::uuid, 'outside', ${key}, ${severity}, 'firing', ${says || 'it is down'}, now(), now())
	ON CONFLICT (rule, subject) WHERE state <> 'recovered' DO UPDATE SET
		says = EXCLUDED.says,
		severity = EXCLUDED.severity`;

const end = (tx: Transaction, { key }: OutsideSignal) => tx.$executeRaw`
	UPDATE alerts SET state = 'recovered', recovered_at = now()
	WHERE rule = 'outside' AND subject = ${key} AND state = 'firing'`;
