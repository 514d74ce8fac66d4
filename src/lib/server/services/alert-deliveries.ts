import { v7 as uuid } from 'uuid';
import { postedTo, type AlertNotice } from '../alert-words';
import { db, type Transaction } from '../db';
import { log } from '../log';
import { measuring } from '../measures';
import { OutboundError, sendOutbound } from '../outbound';
import { Prisma } from '../prisma/client';
import { open, seal } from '../seal';
import { SIGNATURE_HEADER, signatureOf } from '../signed-message';
import { tracedAlone } from '../tracing';
import {
	BACK_OFF_SECONDS,
	LEASE_SECONDS,
	REFUSED,
	REFUSED_TRIES,
	waysOut,
	type WayOut
} from './alert-ways';
import { UNHURRIED, type Work } from './batches';
import { SEALED_FOR } from './mail-delivery';

/*
 * Webhooks leave through the outbox, as mails do: written in the transaction of the alert, tried again with
 * back-off, and kept as the log of themselves. A channel that is down keeps its messages until it takes them; a message
 * that is refused for what it is would hold up the others, and is given up after a few tries.
 */

const KIND = 'alert';
const POST_MS = 10_000;
/** How much of a run may go into it. */
const SHARE_MS = 15_000;
const ANSWER_BYTES = 64_000;
const WORDS_CHARS = 300;
const GONE = 'There is no such channel any more.';

/** Puts a notice into the outbox for a webhook. @returns the message */
export async function enqueueAlert(
	tx: Transaction,
	{ channel, notice, expiresAt }: { channel: string; notice: AlertNotice; expiresAt: Date }
): Promise<string> {
	const { id } = await tx.outboxMessage.create({
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
	return id;
}

interface Claimed {
	id: string;
	channel: string;
	payload: string;
	attempts: number;
	refusals: number;
	expired: boolean;
}

interface Deliveries {
	sent: number;
	failed: number;
}

/**
 * Posts what is due: all channels at once, and the messages of each one after the other, in their order. While the
 * first of a channel waits to be tried again, those behind it wait as well. Any number of processes may do so at
 * once: a message is claimed by one statement and by one process. It ends within its share of a run, whoever hangs.
 */
export async function deliverAlerts(work: Work = UNHURRIED): Promise<Deliveries> {
	const lastStart = performance.now() + SHARE_MS - POST_MS;
	const hasTime = () => work.hasTime() && performance.now() < lastStart;
	const due = await db.$queryRaw<{ channel: string }[]>`
		SELECT DISTINCT recipient AS channel FROM outbox
		WHERE state = 'pending' AND kind = ${KIND} AND next_attempt_at <= now()`;
	const results = await Promise.all(due.map(({ channel }) => deliverTo(channel, hasTime)));
	return {
		sent: results.reduce((sum, { sent }) => sum + sent, 0),
		failed: results.reduce((sum, { failed }) => sum + failed, 0)
	};
}

async function deliverTo(channel: string, hasTime: () => boolean): Promise<Deliveries> {
	const result = { sent: 0, failed: 0 };
	while (hasTime()) {
		const claimed = await claim(Prisma.sql`
			SELECT id FROM outbox WHERE state = 'pending' AND kind = ${KIND} AND recipient = ${channel}
			ORDER BY created_at, id LIMIT 1`);
		if (!claimed) return result;
		result[await deliver(claimed)] += 1;
	}
	return result;
}

/** Posts one message now, whatever else waits: for whoever tries a channel. */
export async function deliverAlert(id: string): Promise<void> {
	const claimed = await claim(Prisma.sql`SELECT ${id}::uuid`);
	if (claimed) await deliver(claimed);
}

/** Takes a message if it is due. A second claim waits for the first one, and then finds it taken. */
async function claim(which: Prisma.Sql): Promise<Claimed | undefined> {
	const [claimed] = await db.$queryRaw<Claimed[]>`
		UPDATE outbox SET attempts = attempts + 1,
			next_attempt_at = now() + make_interval(secs => ${LEASE_SECONDS})
		WHERE id = (${which}) AND state = 'pending' AND next_attempt_at <= now()
		RETURNING id, recipient AS channel, payload, attempts, refusals,
			coalesce(expires_at <= now(), false) AS expired`;
	return claimed;
}

function deliver(claimed: Claimed): Promise<keyof Deliveries> {
	const { id, attempts } = claimed;
	const attributes = {
		'coda.outbox.kind': KIND,
		'coda.message.id': id,
		'coda.outbox.attempts': attempts
	};
	return tracedAlone({ name: 'deliver alert', attributes }, async (span) => {
		const problem = await attempt(claimed);
		await record(claimed, problem);
		const outcome = problem === undefined ? 'sent' : 'failed';
		span.set({ 'coda.outbox.outcome': outcome });
		if (outcome === 'failed') span.fail(outcome);
		measuring()?.delivery(KIND, outcome);
		return outcome;
	});
}

/** @returns why it did not arrive; nothing when it did */
async function attempt({ channel, payload, expired }: Claimed): Promise<string | undefined> {
	if (expired) return 'It could not be told while it meant something.';
	const way = (await waysOut()).find(({ id }) => id === channel);
	if (!way || way.kind === 'mail') return GONE;
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
	if (status < 300) return undefined;
	return isRefusal(status) ? `${REFUSED}: ${status}.` : `It answered ${status}.`;
}

/** What an answer with 4xx says of the channel and not of the message: who may, where, when, and how often. */
const OF_THE_CHANNEL = new Set([401, 402, 403, 404, 405, 407, 408, 410, 425, 429, 451]);

const isRefusal = (status: number) => status >= 400 && status < 500 && !OF_THE_CHANNEL.has(status);

async function record(
	{ id, channel, attempts, expired, ...claimed }: Claimed,
	problem?: string
): Promise<void> {
	const wait = BACK_OFF_SECONDS[Math.min(attempts, BACK_OFF_SECONDS.length) - 1] ?? 10;
	const refusals = claimed.refusals + (problem?.startsWith(REFUSED) ? 1 : 0);
	// Time-outs and the like between refusals say nothing of the message.
	const isGivenUp = expired || problem === GONE || refusals >= REFUSED_TRIES;
	const state = problem === undefined ? 'sent' : isGivenUp ? 'failed' : 'pending';
	await db.outboxMessage.updateMany({
		where: { id },
		data: {
			state,
			refusals,
			lastError: problem?.slice(0, WORDS_CHARS) ?? null,
			...(state === 'sent' && { sentAt: new Date(), payload: null }),
			...(state === 'pending' && { nextAttemptAt: new Date(Date.now() + wait * 1_000) })
		}
	});
	const fields = { messageId: id, channel, attempts, problem };
	log(problem ? 'warn' : 'info', problem ? 'Alert could not be sent' : 'Alert sent', fields);
}
