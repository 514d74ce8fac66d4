import { db, type Transaction } from '../db';
import { mailTransport, type Mail } from '../email';
import { env } from '../env';
import { log } from '../log';
import { RETENTION } from '../retention';
import { open, seal } from '../seal';

const PURPOSE = 'outbox';
const BATCH = 20;
const BACK_OFF_SECONDS = [10, 30, 120, 600, 1_800, 3_600];
const ATTEMPTS = 12;

/** How long one attempt may hold a message before another process may take it. */
const LEASE_SECONDS = 60;

/**
 * Puts a mail into the outbox, in the transaction of whatever it tells of: either both happen or
 * neither. It leaves by `deliverOutbox`.
 *
 * @param delaySeconds how long to hold it back
 * @returns the message's id
 */
export async function enqueueMail(tx: Transaction, mail: Mail, delaySeconds = 0): Promise<string> {
	const { id } = await tx.outboxMessage.create({
		data: {
			kind: 'mail',
			payload: seal(PURPOSE, JSON.stringify(mail)),
			nextAttemptAt: new Date(Date.now() + delaySeconds * 1_000)
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
}

/**
 * Sends what is due. Any number of processes may call it at once: a message is claimed by one
 * statement and by one process. A failure is tried again with back-off; after the last attempt the
 * message is kept as failed.
 *
 * @returns how many left and how many failed this time
 */
export async function deliverOutbox(): Promise<{ sent: number; failed: number }> {
	const result = { sent: 0, failed: 0 };
	for (;;) {
		const claimed = await db.$queryRaw<Claimed[]>`
			UPDATE outbox SET attempts = attempts + 1,
				next_attempt_at = now() + make_interval(secs => ${LEASE_SECONDS})
			WHERE id IN (
				SELECT id FROM outbox WHERE state = 'pending' AND next_attempt_at <= now()
				ORDER BY next_attempt_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
			)
			RETURNING id, payload, attempts`;
		for (const message of claimed) {
			const sent = await deliver(message);
			result[sent ? 'sent' : 'failed'] += 1;
		}
		if (claimed.length < BATCH) return result;
	}
}

async function deliver({ id, payload, attempts }: Claimed): Promise<boolean> {
	const transport = mailTransport();
	try {
		await transport.send(JSON.parse(open(PURPOSE, payload)) as Mail, id);
	} catch (error) {
		const last = attempts >= ATTEMPTS;
		const wait = BACK_OFF_SECONDS[Math.min(attempts, BACK_OFF_SECONDS.length) - 1] ?? 10;
		log(last ? 'error' : 'warn', 'Mail could not be sent', { messageId: id, attempts, error });
		await db.outboxMessage.update({
			where: { id },
			data: {
				state: last ? 'failed' : 'pending',
				lastError: error instanceof Error ? error.message.slice(0, 500) : 'unknown',
				nextAttemptAt: new Date(Date.now() + wait * 1_000 * (0.75 + Math.random() / 2))
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
		where: { kind: 'mail', payload: { not: null } },
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
