import { v7 as uuid } from 'uuid';
import type { AppAbsence } from '#protocol/events';
import { count } from '$lib/time';
import { ADVISORY_LOCKS } from '../advisory-locks';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { CHECK_TRANSACTION } from './alert-check';
import { deliverAlerts } from './alert-deliveries';
import { tellOfAlerts } from './alert-notices';
import { OTHER_RULES } from './alert-rules';
import { deliverOutboxSoon } from './outbox';

/** Longer ago nobody would know any more what it was. */
const KEPT_MS = 7 * 86_400_000;

/** A time in which the app did not answer. */
interface Absence {
	from: Date;
	until: Date;
}

/**
 * Hears from a relay that this app did not answer for a while: an alert that has been, told once, and time in which
 * the status page was down. Several relays tell of one outage, each as it saw it: that is one alert, of all the time.
 */
export async function hearAbsence({ fromMs, untilMs }: AppAbsence): Promise<void> {
	const absence = { from: new Date(fromMs), until: new Date(Math.min(untilMs, Date.now())) };
	if (absence.from > absence.until || fromMs < Date.now() - KEPT_MS) return;
	const isNew = await db.$transaction(async (tx) => {
		await tx.$executeRaw`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.checkingAlerts}::bigint)`;
		const rule = await tx.alertRule.findUnique({ where: { key: 'away' }, select: { isOn: true } });
		if (rule?.isOn === false) return false;
		await addDownTime(tx, absence);
		if (await extendKnown(tx, absence)) return false;
		await tx.alert.create({
			data: {
				...{ id: uuid(), rule: 'away', subject: '', state: 'recovered', says: saysOf(absence) },
				...{ severity: OTHER_RULES.away.severity, toldSeverity: OTHER_RULES.away.severity },
				...{ since: absence.from, firedAt: absence.from },
				...{ toldAt: absence.until, recoveredAt: absence.until }
			}
		});
		await tellOfAlerts(tx, new Date());
		return true;
	}, CHECK_TRANSACTION);
	if (!isNew) return;
	defer('send-outbox', deliverOutboxSoon);
	defer('deliver-alerts', deliverAlerts);
}

function saysOf({ from, until }: Absence): string {
	const minutes = Math.max(1, Math.round((until.valueOf() - from.valueOf()) / 60_000));
	return `for ${count(minutes, 'minute')}`;
}

/** Adds to the alert of the same outage what it does not have yet. @returns whether there is one */
async function extendKnown(tx: Transaction, { from, until }: Absence): Promise<boolean> {
	const known = await tx.alert.findFirst({
		where: { rule: 'away', since: { lte: until }, recoveredAt: { gte: from } },
		orderBy: { since: 'asc' },
		select: { id: true, since: true, recoveredAt: true }
	});
	if (!known) return false;
	const { id, since, recoveredAt } = known;
	const whole = {
		from: since < from ? since : from,
		until: recoveredAt && recoveredAt > until ? recoveredAt : until
	};
	await tx.alert.update({
		where: { id },
		data: {
			...{ since: whole.from, firedAt: whole.from, recoveredAt: whole.until },
			says: saysOf(whole)
		},
		select: { id: true }
	});
	return true;
}

/**
 * Counts a time as down, day by day, as far as it was not told before and nobody here has watched it: what was seen to
 * work did.
 */
const addDownTime = (tx: Transaction, { from, until }: Absence) => tx.$executeRaw`
	WITH spans AS (
		SELECT lower(part) AS begins, upper(part) AS ends FROM unnest(
			tstzmultirange(tstzrange(${from}::timestamptz, ${until}::timestamptz)) - coalesce((
				SELECT range_agg(tstzrange(since, recovered_at)) FROM alerts
				WHERE rule = 'away' AND since <= ${until}::timestamptz AND recovered_at >= ${from}::timestamptz
			), '{}')
		) AS part
	), days AS (
		SELECT (starts AT TIME ZONE 'UTC')::date AS day, max(least(ends, starts + interval '24 hours')) AS ends,
			sum(least(ends, starts + interval '24 hours') - greatest(begins, starts)) AS down
		FROM spans, generate_series(date_trunc('day', begins, 'UTC'), ends, interval '24 hours') AS starts
		GROUP BY day
	)
	INSERT INTO status_days AS d (component, day, state, checked_at, down_seconds)
	SELECT component, day, 'unknown', ends, round(extract(epoch FROM down))::int
	FROM days, unnest(${[...OTHER_RULES.away.concerns.components]}::text[]) AS component
	ORDER BY component, day
	ON CONFLICT (component, day) DO UPDATE SET down_seconds = d.down_seconds + least(
		EXCLUDED.down_seconds,
		greatest(0, round(extract(epoch FROM EXCLUDED.checked_at - EXCLUDED.day::timestamp AT TIME ZONE 'UTC'))::int
			- d.up_seconds - d.degraded_seconds - d.down_seconds)
	)`;
