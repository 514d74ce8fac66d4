import { v7 as uuid } from 'uuid';
import type { AppAbsence } from '#protocol/events';
import { count } from '$lib/time';
import { db, type Transaction } from '../db';
import { defer } from '../defer';
import { CHECK_TRANSACTION, CHECKING } from './alert-check';
import { deliverAlerts } from './alert-deliveries';
import { tellOfAlerts } from './alert-notices';
import { OTHER_RULES } from './alert-rules';
import { deliverOutboxSoon } from './outbox';

/** Longer ago nobody would know any more what it was. */
const KEPT_DAYS = 7;

/**
 * Hears from a relay that this app did not answer for a while: an alert that has been, told once, and time in which
 * the status page was down. What is told twice is taken once.
 */
export async function hearAbsence({ fromMs, untilMs }: AppAbsence): Promise<void> {
	const isTold = await db.$transaction(async (tx) => {
		await tx.$executeRaw`SELECT pg_advisory_xact_lock(${CHECKING}::bigint)`;
		const rule = await tx.alertRule.findUnique({ where: { key: 'away' }, select: { isOn: true } });
		if (rule?.isOn === false) return false;
		const [from, until] = [new Date(fromMs), new Date(Math.min(untilMs, Date.now()))];
		const minutes = Math.max(1, Math.round((until.valueOf() - from.valueOf()) / 60_000));
		const says = `for ${count(minutes, 'minute')}`;
		const added = await tx.$executeRaw`
			INSERT INTO alerts (id, rule, subject, severity, told_severity, state, says, since, fired_at, told_at,
				recovered_at)
			SELECT ${uuid()}::uuid, 'away', '', ${OTHER_RULES.away.severity}, ${OTHER_RULES.away.severity},
				'recovered', ${says}, ${from}::timestamptz, ${from}::timestamptz, ${until}::timestamptz,
				${until}::timestamptz
			WHERE ${from}::timestamptz BETWEEN now() - make_interval(days => ${KEPT_DAYS}::int) AND ${until}::timestamptz
				AND NOT EXISTS (SELECT FROM alerts WHERE rule = 'away' AND since = ${from}::timestamptz)`;
		if (added === 0) return false;
		await addDownTime(tx, from, until);
		await tellOfAlerts(tx, new Date());
		return true;
	}, CHECK_TRANSACTION);
	if (!isTold) return;
	defer('send-outbox', deliverOutboxSoon);
	defer('deliver-alerts', deliverAlerts);
}

/** Counts a time as down, day by day, as far as nobody here has watched it: what was seen to work did. */
const addDownTime = (tx: Transaction, from: Date, until: Date) => tx.$executeRaw`
	WITH span AS (SELECT ${from}::timestamptz AS begins, ${until}::timestamptz AS ends), days AS (
		SELECT (starts AT TIME ZONE 'UTC')::date AS day, starts,
			greatest(span.begins, starts) AS begins, least(span.ends, starts + interval '24 hours') AS ends
		FROM span, generate_series(date_trunc('day', span.begins, 'UTC'), span.ends, interval '24 hours') AS starts
	)
	INSERT INTO status_days AS d (component, day, state, checked_at, down_seconds)
	SELECT component, day, 'unknown', ends, round(extract(epoch FROM ends - begins))::int
	FROM days, unnest(${[...OTHER_RULES.away.concerns.components]}::text[]) AS component
	ORDER BY component, day
	ON CONFLICT (component, day) DO UPDATE SET down_seconds = d.down_seconds + least(
		EXCLUDED.down_seconds,
		greatest(0, round(extract(epoch FROM EXCLUDED.checked_at - EXCLUDED.day::timestamp AT TIME ZONE 'UTC'))::int
			- d.up_seconds - d.degraded_seconds - d.down_seconds)
	)`;
