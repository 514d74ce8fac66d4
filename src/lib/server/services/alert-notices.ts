import type { Transaction } from '../db';
import { log } from '../log';
import { mailOf, noticeOf, type AlertNotice } from '../alert-words';
import { heldFrom } from '../quiet-hours';
import { publicOrigin } from '../origin';
import { ruleOf } from './alert-rules';
import type { ListedAlert } from './alerts';
import { mailedTo, waysOut, type WayOut } from './alert-ways';
import { enqueueAlert } from './alert-deliveries';
import { fileUnderIncident } from './incident-alerts';
import { enqueueMail } from './outbox';

/** Later than that nobody has to be woken for it any more. */
const WORTH_TELLING_MS = 86_400_000;

type Told = Pick<
	ListedAlert,
	'id' | 'rule' | 'subject' | 'severity' | 'state' | 'says' | 'since' | 'times'
>;

/**
 * Tells of what fires and of what is over, once each: whoever changes the row tells. What is silenced or falls
 * into quiet hours is told when they are over, if it still fires then.
 *
 * @returns how many of each were told
 */
export async function tellOfAlerts(
	tx: Transaction,
	now: Date
): Promise<{ fired: number; recovered: number }> {
	const quiet = await tx.quietHours.findFirst({
		select: { fromMinute: true, untilMinute: true, timeZone: true, fromSeverity: true }
	});
	const waits = heldFrom(quiet, now);
	const fired = await tx.$queryRaw<Told[]>`
		UPDATE alerts AS a SET told_at = coalesce(told_at, ${now}), told_severity = severity
		WHERE state = 'firing' AND (told_at IS NULL OR severity < told_severity) AND severity < ${waits} AND NOT EXISTS (
			SELECT FROM alert_rules AS r WHERE r.key = a.rule AND r.silenced_until > ${now}
		)
		RETURNING id, rule, subject, severity, state::text, says, since, times`;
	const recovered = await tx.$queryRaw<Told[]>`
		UPDATE alerts AS a SET recovery_told_at = ${now}
		WHERE state = 'recovered' AND told_at IS NOT NULL AND recovery_told_at IS NULL
			AND coalesce(told_severity, severity) < ${waits} AND NOT EXISTS (
				SELECT FROM alert_rules AS r WHERE r.key = a.rule AND r.silenced_until > ${now}
			)
		RETURNING id, rule, subject, severity, state::text, says, since, times`;
	for (const alert of fired) await fileUnderIncident(tx, alert);
	const notices = [...fired, ...recovered]
		.toSorted((a, b) => a.severity - b.severity)
		.map(asNotice);
	if (notices.length > 0) {
		for (const way of await waysOut(tx)) {
			await send(
				tx,
				way,
				notices.filter((notice) => !isAbout(notice, way))
			);
		}
	}
	for (const { rule, subject, state, severity } of [...fired, ...recovered]) {
		log(state === 'firing' ? 'warn' : 'info', 'Alert', { rule, subject, state, severity });
	}
	return { fired: fired.length, recovered: recovered.length };
}

/** Puts notices into the outbox for one way out. @returns the messages to a webhook */
export async function send(
	tx: Transaction,
	way: WayOut,
	notices: AlertNotice[]
): Promise<string[]> {
	const messages: string[] = [];
	const expiresAt = new Date(Date.now() + WORTH_TELLING_MS);
	for (const notice of notices) {
		if (way.kind !== 'mail') {
			messages.push(await enqueueAlert(tx, { channel: way.id, notice, expiresAt }));
			continue;
		}
		for (const to of await mailedTo(tx, way)) {
			await enqueueMail(tx, mailOf(notice, to), { expiresAt });
		}
	}
	return messages;
}

/** A channel that takes nothing would not take that either. */
const isAbout = ({ rule, subject }: AlertNotice, { name }: WayOut): boolean =>
	(rule === 'channel' || rule === 'refused-message') && subject === name;

function asNotice({ id, rule, subject, severity, state, says, since, times }: Told): AlertNotice {
	const { title, firstStep, href } = ruleOf(rule);
	return noticeOf({
		...{ id, rule, subject, severity, says, title, firstStep, times },
		state: state === 'firing' ? 'firing' : 'recovered',
		since: since.toISOString(),
		url: publicOrigin() + href
	});
}
