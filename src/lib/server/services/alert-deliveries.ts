import { v7 as uuid } from 'uuid';
import { postedTo, type AlertNotice } from '../alert-words';
import { db, type Transaction } from '../db';
import { log } from '../log';
import { OutboundError, sendOutbound } from '../outbound';
import { open, seal } from '../seal';
import { SIGNATURE_HEADER, signatureOf } from '../signed-message';
import { BACK_OFF_SECONDS, waysOut, type WayOut } from './alert-ways';
import { UNHURRIED, type Work } from './batches';
import { SEALED_FOR } from './mail-delivery';

/*
 * Webhooks leave through the outbox, as mails do: written in the transaction of the alert, tried again with
 * back-off, and kept as the log of themselves.
 */

const KIND = 'alert';
const POST_MS = 10_000;
/** How long one attempt may hold a message before another process may take it. */
const LEASE_SECONDS = 30;
const ATTEMPTS = 20;
const ANSWER_BYTES = 64_000;
const WORDS_CHARS = 300;

/** Puts a notice into the outbox for a webhook. */
export async function enqueueAlert(
	tx: Transaction,
	{ channel, notice, expiresAt }: { channel: string; notice: AlertNotice; expiresAt: Date }
): Promise<void> {
	await tx.outboxMessage.create({
		data: {
			id: uuid(),
			kind: KIND,
			template: notice.state,
			recipient: channel,
			payload: seal(SEALED_FOR, JSON.stringify(notice)),
			expiresAt
		},
		select: { id: true }
	});
}

interface Claimed {
	id: string;
	channel: string;
	payload: string;
	attempts: number;
	expired: boolean;
}

/**
 * Posts what is due, one message at a time. Any number of processes may do so at once: a message is claimed by
 * one statement and by one process.
 */
export async function deliverAlerts(
	work: Work = UNHURRIED
): Promise<{ sent: number; failed: number }> {
	const result = { sent: 0, failed: 0 };
	while (work.hasTime()) {
		const [claimed] = await db.$queryRaw<Claimed[]>`
			UPDATE outbox SET attempts = attempts + 1,
				next_attempt_at = now() + make_interval(secs => ${LEASE_SECONDS})
			WHERE id = (
				SELECT id FROM outbox
				WHERE state = 'pending' AND kind = ${KIND} AND next_attempt_at <= now()
				ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
			)
			RETURNING id, recipient AS channel, payload, attempts,
				coalesce(expires_at <= now(), false) AS expired`;
		if (!claimed) return result;
		const problem = await attempt(claimed);
		await record(claimed, problem);
		result[problem === undefined ? 'sent' : 'failed'] += 1;
	}
	return result;
}

/** @returns why it did not arrive; nothing when it did */
async function attempt({ channel, payload, expired }: Claimed): Promise<string | undefined> {
	if (expired) return 'It could not be told while it meant something.';
	const way = (await waysOut()).find(({ id }) => id === channel);
	if (!way || way.kind === 'mail') return 'There is no such channel any more.';
	try {
		return await post(way, JSON.parse(open(SEALED_FOR, payload)) as AlertNotice);
	} catch (cause) {
		// Its words name no address: those of a webhook are secret.
		return cause instanceof OutboundError ? cause.message : 'It could not be sent.';
	}
}

async function post(way: WayOut, notice: AlertNotice): Promise<string | undefined> {
	const { kind, target, secret, namedBy } = way;
	if (!target || kind === 'mail') return 'Its address cannot be read: add the channel anew.';
	const { body, headers } = postedTo(kind, notice);
	const { status } = await sendOutbound(target, {
		method: 'POST',
		headers: {
			...headers,
			'user-agent': 'Coda',
			...(secret && { [SIGNATURE_HEADER]: signatureOf(secret, body) })
		},
		...{ body, namedBy },
		timeoutMs: POST_MS,
		maxResponseBytes: ANSWER_BYTES
	});
	return status < 300 ? undefined : `It answered ${status}.`;
}

async function record(
	{ id, channel, attempts, expired }: Claimed,
	problem?: string
): Promise<void> {
	const isLast = attempts >= ATTEMPTS || expired;
	const wait = BACK_OFF_SECONDS[Math.min(attempts, BACK_OFF_SECONDS.length) - 1] ?? 10;
	const state = problem === undefined ? 'sent' : isLast ? 'failed' : 'pending';
	await db.outboxMessage.updateMany({
		where: { id },
		data: {
			state,
			lastError: problem?.slice(0, WORDS_CHARS) ?? null,
			...(state === 'sent' && { sentAt: new Date(), payload: null }),
			...(state === 'pending' && { nextAttemptAt: new Date(Date.now() + wait * 1_000) })
		}
	});
	const fields = { messageId: id, channel, attempts, problem };
	log(problem ? 'warn' : 'info', problem ? 'Alert could not be sent' : 'Alert sent', fields);
}
