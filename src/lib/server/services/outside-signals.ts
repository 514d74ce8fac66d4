import { v7 as uuid } from 'uuid';
import type { AlertId, OutsideSignal } from '$lib/schemas/alerts';
import { ADVISORY_LOCKS } from '../advisory-locks';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { refusal } from '../refusal';
import { sentAtOf } from '../signed-message';
import type { Actor } from './actor';
import { deliverAlerts } from './alert-deliveries';
import { tellOfAlerts } from './alert-notices';
import { recordAudit } from './audit';
import { deliverOutboxSoon } from './outbox';

/** What became of a message of a monitor: `repeated` was taken before, `outdated` came after a later one. */
export type Heard = 'taken' | 'repeated' | 'outdated';

/**
 * Hears what a monitor outside says: opens an alert of its own for the monitor's key, or ends it. Each message is
 * taken once, whoever sends it again, and says nothing any more once a later one about the same key was heard.
 *
 * @param signature what names this very message
 */
export async function hearOutside(signature: string, signal: OutsideSignal): Promise<Heard> {
	const sentAt = sentAtOf(signature);
	const heard = await db.$transaction(async (tx): Promise<Heard> => {
		const isNew = await tx.$executeRaw`
			INSERT INTO outside_signals (signature, key, sent_at) VALUES (${signature}, ${signal.key}, ${sentAt})
			ON CONFLICT DO NOTHING`;
		if (isNew === 0) return 'repeated';
		await tx.$executeRaw`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.checkingAlerts}::bigint)`;
		const later = await tx.outsideSignal.count({
			where: { key: signal.key, sentAt: { gt: sentAt ?? new Date() } }
		});
		if (later > 0) return 'outdated';
		const rule = await tx.alertRule.findUnique({
			where: { key: 'outside' },
			select: { isOn: true }
		});
		if (rule?.isOn === false) return 'taken';
		await (signal.state === 'firing' ? begin(tx, signal) : end(tx, signal));
		await tellOfAlerts(tx, new Date());
		return 'taken';
	});
	tellSoon();
	return heard;
}

/** Ends what a monitor began and does not end, such as one that is gone. @throws NOT_FOUND */
export async function endOutside(admin: Actor, { id }: AlertId): Promise<AlertId> {
	await db.$transaction(async (tx) => {
		await tx.$executeRaw`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.checkingAlerts}::bigint)`;
		const { count } = await tx.alert.updateMany({
			where: { id, rule: 'outside', state: 'firing' },
			data: { state: 'recovered', recoveredAt: new Date() }
		});
		if (count === 0) throw refusal('NOT_FOUND', 'alert.notFound');
		const event = { action: 'alert.endOutside', targetKind: 'alert', targetId: id } as const;
		await recordAudit(tx, admin, event);
		await tellOfAlerts(tx, new Date());
	});
	tellSoon();
	return { id };
}

function tellSoon(): void {
	defer('send-outbox', deliverOutboxSoon);
	defer('deliver-alerts', deliverAlerts);
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
