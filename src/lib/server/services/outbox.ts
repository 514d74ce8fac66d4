import { setTimeout as sleep } from 'node:timers/promises';
import { db, type Transaction } from '../db';
import { mailTransport, type Mail } from '../email';
import { env } from '../env';
import { log } from '../log';
import { RETENTION } from '../retention';
import { open, seal } from '../seal';

const PURPOSE = 'outbox';
const BACK_OFF_SECONDS = [10, 30, 120, 600, 1_800, 3_600];
const ATTEMPTS = 12;

/** How long one attempt may hold a message before another process may take it. */
const LEASE_SECONDS = 60;
/** An attempt that takes longer has failed; it is over before the message may be taken again. */
const ATTEMPT_MS = 45_000;

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
	const { id } = await tx.outboxMessage.create({
		data: {
			kind: 'mail',
			payload: seal(PURPOSE, JSON.stringify(mail)),
			nextAttemptAt: new Date(Date.now() + delaySeconds * 1_000),
			expiresAt
		},
		select: { id: true }
	});
	return id;
}

/** One message that this process has taken to deliver. */
interface Claimed {
	id: string;
	payload: string;
	attempts: number;
	expired: boolean;
}

/**
 * Sends what is due, one message at a time. Any number of processes may do so at once: a message is
 * claimed by one statement and by one process. A failure is tried again with back-off; after the last
 * attempt, or when it has lost its sense, the message is kept as failed.
 *
 * @returns how many left and how many failed this time
 */
export async function deliverOutbox(): Promise<{ sent: number; failed: number }> {
	const result = { sent: 0, failed: 0 };
	for (;;) {
		const [claimed] = await db.$queryRaw<Claimed[]>`
			UPDATE outbox SET attempts = attempts + 1,
				next_attempt_at = now() + make_interval(secs => ${LEASE_SECONDS})
			WHERE id = (
				SELECT id FROM outbox WHERE state = 'pending' AND next_attempt_at <= now()
				ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
			)
			RETURNING id, payload, attempts, coalesce(expires_at <= now(), false) AS expired`;
		if (!claimed) return result;
		result[(await deliver(claimed)) ? 'sent' : 'failed'] += 1;
	}
}

async function deliver({ id, payload, attempts, expired }: Claimed): Promise<boolean> {
	const transport = mailTransport();
	try {
		if (expired) throw new Error('It could not be sent while it meant something.');
		const mail = JSON.parse(open(PURPOSE, payload)) as Mail;
		await inTime(transport.send(mail, id));
	} catch (error) {
		const last = expired || attempts >= ATTEMPTS;
		const wait = BACK_OFF_SECONDS[Math.min(attempts, BACK_OFF_SECONDS.length) - 1] ?? 10;
		log(last ? 'error' : 'warn', 'Mail could not be sent', { messageId: id, attempts, error });
		await db.outboxMessage.update({
			where: { id },
			data: {
				state: last ? 'failed' : 'pending',
				lastError: error instanceof Error ? error.message.slice(0, 500) : 'unknown',
				nextAttemptAt: new Date(Date.now() + wait * 1_000 * (0.75 + Math.random() / 2)),
				...(expired ? { payload: null } : {})
			}
		});
		return false;
	}
	// The development inbox shows what the stream has sent; elsewhere the text is erased.
	const erase = transport.name === 'stream' ? {} : { payload: null };
	await db.outboxMessage.update({
		where: { id },
		data: { state: 'sent', sentAt: new Date(), lastError: null, ...erase }
	});
	log('info', 'Mail sent', { messageId: id, transport: transport.name });
	return true;
}

async function inTime(sending: Promise<void>): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`no answer in ${ATTEMPT_MS} ms`)), ATTEMPT_MS);
	});
	try {
		await Promise.race([sending, late]);
	} finally {
		clearTimeout(timer);
	}
}

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

/** A mail as the development inbox shows it. */
export interface InboxMail extends Mail {
	id: string;
	at: Date;
	links: string[];
}

/** The newest mails that the stream transport has taken, newest first. Development only. */
export async function listInbox(limit = 50): Promise<Omit<InboxMail, 'links'>[]> {
	if (env().tier !== 'development') return [];
	const rows = await db.outboxMessage.findMany({
		where: { kind: 'mail', state: 'sent', payload: { not: null } },
		orderBy: { createdAt: 'desc' },
		take: limit
	});
	return rows.flatMap(({ id, payload, createdAt }) => {
		try {
			return [{ ...(JSON.parse(open(PURPOSE, payload ?? '')) as Mail), id, at: createdAt }];
		} catch {
			// Sealed with a secret that is no longer there: nothing to show.
			return [];
		}
	});
}

/** Forgets what left long ago. @returns how many rows went */
export async function purgeOutbox(): Promise<number> {
	const before = new Date(Date.now() - RETENTION.outboxDays * 86_400_000);
	const { count } = await db.outboxMessage.deleteMany({
		where: { state: { not: 'pending' }, createdAt: { lt: before } }
	});
	return count;
}
