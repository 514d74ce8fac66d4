import { PRESENCE } from '#protocol/events';
import { THRESHOLDS } from '$lib/thresholds';
import { count } from '$lib/time';
import { certificateDays } from '../certificates';
import { db } from '../db';
import { env } from '../env';
import { detailedReadiness } from '../health';
import { log } from '../log';
import { measuring } from '../measures';
import { devModeIsOn } from '../switches';
import { Prisma } from '../prisma/client';
import { BACK_OFF_SECONDS, ENVIRONMENT_CHANNEL, LEASE_SECONDS, REFUSED } from './alert-ways';
import type { Reading } from './alert-rules';
import { brokenSegments } from './audit-spot-check';
import { countDatabaseConnections } from './database-connections';
import { stateOf } from './task-state';
import { readTasks } from './tasks';

/*
 * What rules read. Each function asks the database once at most, and says of each subject how it is.
 */

const minutes = (seconds: number) => count(Math.floor(seconds / 60), 'minute');

/** Readiness, but for the tasks, which have a rule of their own. */
export async function readDependencies(): Promise<Reading[]> {
	const { checks } = await detailedReadiness();
	return checks
		.filter(({ name }) => name !== 'tasks')
		.map(({ name, status, error }) => ({
			subject: name,
			isBad: status !== 'up',
			severity: status === 'down' ? 1 : 3,
			says: status === 'up' ? 'up' : `${status}${error ? ` (${error})` : ''}`
		}));
}

/** The dead man's switch of each task. Previews have no clock, so nothing is missed there. */
export async function readTaskStates(): Promise<Reading[]> {
	if (env().VERCEL && env().tier !== 'production') return [];
	const { now, tasks } = await readTasks();
	return tasks.map((task) => {
		const state = stateOf(task, now);
		const isBad = state === 'down' || state === 'running-too-long';
		const failed = task.failures > 0 ? `, ${count(task.failures, 'failure')} in a row` : '';
		return { subject: task.name, isBad, says: state.replaceAll('-', ' ') + failed };
	});
}

/** How long the oldest mail that is due has waited. */
export async function readLateMails(): Promise<Reading[]> {
	const [row] = await db.$queryRaw<{ seconds: number; mails: number; waiting: number }[]>`
		SELECT greatest(coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0), 0)::int AS seconds,
			count(*) FILTER (WHERE next_attempt_at <= now())::int AS mails, count(*)::int AS waiting
		FROM outbox WHERE kind = 'mail' AND state = 'pending'`;
	const { seconds = 0, mails = 0, waiting = 0 } = row ?? {};
	measuring()?.level('outbox', { mail: waiting });
	return [
		{
			isBad: seconds > THRESHOLDS.mailLateSeconds,
			says: mails === 0 ? 'none is due' : `${count(mails, 'mail')} due for ${minutes(seconds)}`
		}
	];
}

/** Mails that were given up within an hour. */
export async function readFailedMails(): Promise<Reading[]> {
	const [row] = await db.$queryRaw<{ mails: number }[]>`
		SELECT count(*)::int AS mails FROM outbox
		WHERE kind = 'mail' AND state = 'failed' AND created_at > now() - interval '1 day'
			AND next_attempt_at > now() - interval '1 hour'`;
	const mails = row?.mails ?? 0;
	return [
		{ isBad: mails >= THRESHOLDS.mailsFailedPerHour, says: `${count(mails, 'mail')} given up` }
	];
}

/** Messages to relays and about alerts that wait. What a channel refuses, and what waits behind it, has a rule of its own. */
export async function readStuckMessages(): Promise<Reading[]> {
	const rows = await db.$queryRaw<
		{ kind: string; seconds: number; messages: number; waiting: number }[]
	>`
		SELECT kind, coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE is_untried)), 0)::int AS seconds,
			count(*) FILTER (WHERE is_untried)::int AS messages, count(*)::int AS waiting
		FROM (
			SELECT kind, created_at, NOT (kind = 'alert' AND EXISTS (
				SELECT FROM outbox AS tried WHERE tried.kind = 'alert' AND tried.state = 'pending'
					AND tried.recipient = o.recipient AND tried.attempts > 0
			)) AS is_untried
			FROM outbox AS o WHERE kind <> 'mail' AND state = 'pending'
		) AS pending
		GROUP BY kind`;
	const waiting = Object.fromEntries(rows.map((row) => [row.kind, row.waiting]));
	measuring()?.level('outbox', { relay: 0, alert: 0, ...waiting });
	const late = rows.filter(({ messages }) => messages > 0);
	return late.map(({ kind, seconds, messages }) => ({
		subject: kind,
		isBad: seconds > THRESHOLDS.messageLateSeconds,
		says: `${count(messages, 'message')}, the oldest for ${minutes(seconds)}`
	}));
}

/** Whether entries of the audit wait to be sealed. */
export async function readUnsealed(): Promise<Reading[]> {
	const [row] = await db.$queryRaw<{ seconds: number }[]>`
		SELECT coalesce(extract(epoch FROM now() - min(at)), 0)::int AS seconds
		FROM audit_entries WHERE sequence IS NULL`;
	const seconds = row?.seconds ?? 0;
	const isBad = seconds > THRESHOLDS.auditUnsealedSeconds;
	return [{ isBad, says: seconds === 0 ? 'nothing waits' : `waiting for ${minutes(seconds)}` }];
}

/** Whether a part of the audit's chain is not as it was sealed. */
export async function readChain(): Promise<Reading[]> {
	const { looked, broken } = await brokenSegments();
	if (broken.length === 0) return [{ isBad: false, says: `${count(looked, 'segment')} whole` }];
	return broken.map((from) => ({
		subject: `from entry ${from}`,
		isBad: true,
		says: 'not as it was sealed'
	}));
}

/** How many of the connections that the database takes are in use. */
export async function readConnections(): Promise<Reading[]> {
	const { taken, available } = await countDatabaseConnections();
	const isBad = taken > available * THRESHOLDS.connectionsUsedShare;
	return [{ isBad, says: `${taken} of ${available} in use` }];
}

/** How many come too often at this moment, wherever limits are counted. */
export async function readRefusals(): Promise<Reading[]> {
	const [row] = await db.$queryRaw<{ keys: number }[]>`
		SELECT count(*)::int AS keys FROM rate_limits WHERE NOT allowed AND expires_at > now()`;
	const keys = row?.keys ?? 0;
	return [{ isBad: keys >= THRESHOLDS.rateLimitedAtOnce, says: `${keys} refused` }];
}

/** Whether a relay is heard of, where computers are paired that need one. */
export async function readRelay(): Promise<Reading[]> {
	if (!devModeIsOn() || !env().PUBLIC_DEVMODE_RELAY_URL) return [];
	const [row] = await db.$queryRaw<{ isNeeded: boolean; seconds: number | null; live: number }[]>`
		SELECT EXISTS (SELECT FROM runners) AS "isNeeded",
			extract(epoch FROM now() - max(reported_at))::int AS seconds,
			count(*) FILTER (WHERE left_at IS NULL
				AND reported_at > now() - make_interval(secs => ${PRESENCE.validMs / 1_000}))::int AS live
		FROM relay_reports`;
	const { isNeeded = false, seconds = null, live = 0 } = row ?? {};
	if (live > 0) return [{ isBad: false, says: `${count(live, 'relay')} heard of` }];
	const isBad = isNeeded && (seconds === null || seconds > THRESHOLDS.relaySilentSeconds);
	const silent = seconds === null ? 'never heard of' : `silent for ${minutes(seconds)}`;
	return [{ isBad, says: isNeeded ? silent : 'no computer needs one' }];
}

/** Problems that people reported within an hour. */
export async function readProblems(): Promise<Reading[]> {
	const [row] = await db.$queryRaw<{ problems: number }[]>`
		SELECT count(*)::int AS problems FROM problem_reports
		WHERE created_at > now() - interval '1 hour'`;
	const problems = row?.problems ?? 0;
	return [{ isBad: problems >= THRESHOLDS.problemsPerHour, says: `${problems} reported` }];
}

/** How many days the certificates of the app and of the relay go on. That one host does not answer is not about it. */
export async function readCertificates(): Promise<Reading[]> {
	const { AUTH_URL, PUBLIC_DEVMODE_RELAY_URL } = env();
	const addresses = [AUTH_URL, devModeIsOn() ? PUBLIC_DEVMODE_RELAY_URL : undefined];
	const readings = await Promise.all(addresses.map(readCertificate));
	return readings.filter((reading) => reading !== undefined);
}

async function readCertificate(address: string | undefined): Promise<Reading | undefined> {
	try {
		const found = await certificateDays(address);
		if (!found) return undefined;
		const { host, days } = found;
		return {
			subject: host,
			isBad: days < THRESHOLDS.certificateDays,
			severity: days < THRESHOLDS.certificateUrgentDays ? 2 : 3,
			says: days < 0 ? 'it has ended' : `${count(Math.floor(days), 'day')} left`
		};
	} catch (error) {
		const { host } = new URL(address ?? '');
		log('info', 'Certificate could not be read', { host, error });
		return { subject: host, isBad: false, says: 'does not answer' };
	}
}

/** The channel of the environment is one while it is named there; messages that were meant for it stay a while. */
const isOfEnvironment = (recipient: Prisma.Sql) =>
	Prisma.sql`(${env().ALERT_WEBHOOK_URL !== undefined}::boolean AND ${recipient} = ${ENVIRONMENT_CHANNEL})`;

/**
 * Channels that take nothing: by the attempts that failed since one arrived. A message that has not been tried often
 * enough says nothing of the channel, however new it is; one that was refused for what it is counts once, however often.
 */
export async function readChannels(): Promise<Reading[]> {
	const rows = await db.$queryRaw<{ channel: string; attempts: number; error: string | null }[]>`
		WITH tried AS (
			SELECT recipient, state, last_error, created_at,
				CASE WHEN starts_with(last_error, ${REFUSED}) THEN 1 ELSE attempts END AS attempts,
				max(sent_at) OVER (PARTITION BY recipient) AS arrived_at,
				-- What is given up keeps the end of its last lease.
				next_attempt_at - make_interval(secs => CASE WHEN state = 'pending'
					THEN (${BACK_OFF_SECONDS}::int[])[least(attempts, ${BACK_OFF_SECONDS.length}::int)] ELSE ${LEASE_SECONDS}::int END
				) AS tried_at
			FROM outbox WHERE kind = 'alert' AND attempts > 0
		), missed AS (
			SELECT *, state <> 'sent' AND (arrived_at IS NULL OR greatest(created_at, tried_at) > arrived_at)
				AS is_missed
			FROM tried
		)
		SELECT coalesce(c.name, ${ENVIRONMENT_CHANNEL}) AS channel,
			coalesce(sum(m.attempts) FILTER (WHERE m.is_missed), 0)::int AS attempts,
			(array_agg(m.last_error ORDER BY m.created_at DESC)
				FILTER (WHERE m.is_missed AND m.last_error IS NOT NULL))[1] AS error
		FROM missed AS m LEFT JOIN alert_channels AS c ON c.id::text = m.recipient
		WHERE c.id IS NOT NULL OR ${isOfEnvironment(Prisma.sql`m.recipient`)}
		GROUP BY m.recipient, c.name ORDER BY channel`;
	return rows.map(({ channel, attempts, error }) => ({
		subject: channel,
		isBad: error !== null && attempts >= THRESHOLDS.alertAttempts,
		says: error === null ? 'the last message arrived' : `${count(attempts, 'attempt')}: ${error}`
	}));
}

/** Channels that refused a message within an hour for what it is: whoever reads only there has not heard of it. */
export async function readRefusedMessages(): Promise<Reading[]> {
	const rows = await db.$queryRaw<{ channel: string; messages: number; error: string }[]>`
		SELECT coalesce(c.name, ${ENVIRONMENT_CHANNEL}) AS channel, count(*)::int AS messages, max(o.last_error) AS error
		FROM outbox AS o LEFT JOIN alert_channels AS c ON c.id::text = o.recipient
		WHERE o.kind = 'alert' AND o.state = 'failed' AND starts_with(o.last_error, ${REFUSED})
			AND o.created_at > now() - interval '2 days' AND o.next_attempt_at > now() - interval '1 hour'
			AND (c.id IS NOT NULL OR ${isOfEnvironment(Prisma.sql`o.recipient`)})
		GROUP BY o.recipient, c.name ORDER BY channel`;
	return rows.map(({ channel, messages, error }) => ({
		subject: channel,
		isBad: true,
		says: `${count(messages, 'message')} given up: ${error}`
	}));
}
