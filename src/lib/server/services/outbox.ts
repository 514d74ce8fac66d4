import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { db, type Transaction } from '../db';
import { env } from '../env';
import { log } from '../log';
import type { Mail } from '../mail/mail';
import { mailTransport, type MailTransport } from '../mail/transport';
import { RETENTION } from '../retention';
import { measuring } from '../measures';
import { seal } from '../seal';
import { tracedAlone } from '../tracing';
import { accountIn, attempt, SEALED_FOR, type Claimed, type Outcome } from './mail-delivery';
import { suppressAddress } from './mail-suppressions';
import { inBatches, UNHURRIED, type Purged, type Work } from './batches';

const BACK_OFF_SECONDS = [10, 30, 120, 600, 1_800, 3_600];

/** How long one attempt may hold a message before another process may take it. */
const LEASE_SECONDS = 60;

/** When a message leaves, and until when it is worth sending. */
interface Schedule {
	/** How long to hold it back. */
	delaySeconds?: number;
	/** Later it says nothing any more: then it is given up. */
	expiresAt?: Date;
}

/**
 * Puts a mail into the outbox, in the transaction of whatever it tells of: either both happen or
 * neither. It leaves by `deliverOutbox`.
 *
 * @returns the message's id
 */
export async function enqueueMail(
	tx: Transaction,
	mail: Mail,
	{ delaySeconds = 0, expiresAt }: Schedule = {}
): Promise<string> {
	const id = uuid();
	const nextAttemptAt = new Date(Date.now() + delaySeconds * 1_000);
	await tx.$executeRaw`
		INSERT INTO outbox (id, kind, template, recipient, payload, next_attempt_at, expires_at)
		VALUES (${id}::uuid, 'mail', ${mail.template}, ${mail.to.toLowerCase()},
			${seal(SEALED_FOR, JSON.stringify(mail))}, ${nextAttemptAt}, ${expiresAt ?? null})`;
	return id;
}

/** What became of the messages that were due. */
export interface Delivered extends Record<'sent' | 'failed' | 'withheld', number> {
	/** The time was up: there may be others that are due. */
	more: boolean;
}

/**
 * Sends what is due, one message at a time. Any number of processes may do so at once: a message is
 * claimed by one statement and by one process, which asks first whether there is time. A failure that may pass is tried again with back-off;
 * one that will not, the last attempt, and what has lost its sense are kept as failed.
 */
export async function deliverOutbox(
	transport: MailTransport = mailTransport(),
	work: Work = UNHURRIED
): Promise<Delivered> {
	const result: Delivered = { sent: 0, failed: 0, withheld: 0, more: false };
	while (work.hasTime()) {
		const [claimed] = await db.$queryRaw<Claimed[]>`
			UPDATE outbox SET attempts = attempts + 1, last_error = NULL,
				next_attempt_at = now() + make_interval(secs => ${LEASE_SECONDS})
			WHERE id = (
				SELECT id FROM outbox
				WHERE state = 'pending' AND kind = 'mail' AND next_attempt_at <= now()
				ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
			)
			RETURNING id, payload, attempts, coalesce(expires_at <= now(), false) AS expired,
				(SELECT reason FROM mail_suppressions WHERE email = outbox.recipient) AS suppressed`;
		if (!claimed) return result;
		const outcome = await deliver(claimed, transport);
		result[outcome.state === 'pending' ? 'failed' : outcome.state] += 1;
	}
	return { ...result, more: true };
}

/** One attempt, and what became of it written down. Of the mail itself a trace holds nothing. */
function deliver(claimed: Claimed, transport: MailTransport): Promise<Outcome> {
	const { id, attempts } = claimed;
	const attributes = {
		...{ 'coda.outbox.kind': 'mail', 'coda.message.id': id, 'coda.outbox.attempts': attempts },
		'coda.mail.transport': transport.name
	};
	return tracedAlone({ name: 'deliver mail', attributes }, async (span) => {
		const outcome = await attempt(claimed, transport);
		await record(claimed, transport, outcome);
		const state = outcome.state === 'pending' ? 'postponed' : outcome.state;
		span.set({ 'coda.outbox.outcome': state });
		if (state === 'failed' || state === 'postponed') span.fail(state);
		measuring()?.delivery('mail', state);
		return outcome;
	});
}

/** Writes down what became of an attempt. Should this fail, the message is sent again under its id. */
async function record(
	claimed: Claimed,
	{ name: transport }: MailTransport,
	outcome: Outcome
): Promise<void> {
	const { id, attempts } = claimed;
	const { state, words = null, providerId, erase, gone } = outcome;
	const wait = BACK_OFF_SECONDS[Math.min(attempts, BACK_OFF_SECONDS.length) - 1] ?? 10;
	const userId = state === 'pending' ? undefined : accountIn(claimed);
	await db.$transaction(async (tx) => {
		if (userId) await fileUnder(tx, id, userId);
		await tx.outboxMessage.update({
			where: { id },
			data: {
				state,
				lastError: words,
				...(state === 'sent' && { sentAt: new Date(), providerId }),
				...(state !== 'withheld' && { transport }),
				...(state === 'pending' && {
					nextAttemptAt: new Date(Date.now() + wait * 1_000 * (0.75 + Math.random() / 2))
				}),
				...(erase && { payload: null })
			},
			select: { id: true }
		});
		if (gone) await suppressAddress(tx, gone, words ?? '');
	});
	const fields = { messageId: id, transport, attempts, reason: withoutAddresses(words) };
	if (state === 'sent') log('info', 'Mail sent', fields);
	else if (state === 'withheld') log('info', 'Mail withheld', fields);
	else log(state === 'failed' ? 'error' : 'warn', 'Mail could not be sent', fields);
}

/**
 * Files a mail that waits no more under the present address of its account: the notice to a former address
 * belongs to the account, is in its download, and goes with it.
 */
async function fileUnder(tx: Transaction, id: string, userId: string): Promise<void> {
	const [account] = await tx.$queryRaw<{ email: string }[]>`
		SELECT email FROM users WHERE id = ${userId}::uuid FOR SHARE`;
	await tx.$executeRaw`UPDATE outbox SET recipient = ${account?.email ?? null} WHERE id = ${id}::uuid`;
}

/** What mail servers say often names the recipient, who is nobody's business in a log. */
const withoutAddresses = (words: string | null) =>
	words?.replace(/[^\s<>@"']+@[^\s<>@"']+/g, '[address]');

/** When a function on Vercel, where no clock ticks by the minute, looks at the outbox again. */
const AGAIN_SECONDS = [15, 45, 70];

/** Sends what is due soon, as the work after a response. On a Node server the clock does the rest. */
export async function deliverOutboxSoon(): Promise<void> {
	await deliverOutbox();
	if (!env().VERCEL) return;
	for (const seconds of AGAIN_SECONDS) {
		if ((await db.outboxMessage.count({ where: { state: 'pending' } })) === 0) return;
		await sleep(seconds * 1_000);
		await deliverOutbox();
	}
}

/** Forgets what left, or was given up, long ago, and earlier the text of what means nothing any more. */
export async function purgeOutbox(work: Work): Promise<Purged> {
	const erased = await inBatches(
		work,
		(rows) => db.$executeRaw`
			UPDATE outbox SET payload = NULL WHERE id IN (
				SELECT id FROM outbox
				WHERE state <> 'pending' AND expires_at < now() AND payload IS NOT NULL
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
	const { deleted, more } = await inBatches(
		work,
		(rows) => db.$executeRaw`
			DELETE FROM outbox WHERE id IN (
				SELECT id FROM outbox
				WHERE state <> 'pending' AND created_at < now() - make_interval(days => ${RETENTION.outboxDays})
				LIMIT ${rows} FOR UPDATE SKIP LOCKED
			)`
	);
	return { deleted, more: more || erased.more };
}
