import { LIMITS } from '$lib/limits';
import type { ListMails, MailId, MailState } from '$lib/schemas/mails';
import { db } from '../db';
import { defer } from '../defer';
import type { Prisma } from '../prisma/client';
import { refusal } from '../refusal';
import type { Actor } from './actor';
import { recordAudit } from './audit';
import { decodeCursor, encodeCursor, MailCursor } from './cursor';
import { deliverOutboxSoon } from './outbox';

/** What the log shows of a mail. Its text is nobody's business. */
const mailSelect = {
	id: true,
	template: true,
	recipient: true,
	state: true,
	attempts: true,
	nextAttemptAt: true,
	createdAt: true,
	sentAt: true,
	transport: true,
	providerId: true,
	deliveredAt: true,
	bouncedAt: true,
	bounceReason: true,
	lastError: true
} satisfies Prisma.OutboxMessageSelect;

/** How a mail stands in the log is what was last heard of it. */
const inState = {
	pending: { state: 'pending' },
	sent: { state: 'sent', deliveredAt: null, bouncedAt: null },
	delivered: { state: 'sent', deliveredAt: { not: null }, bouncedAt: null },
	bounced: { bouncedAt: { not: null } },
	failed: { state: 'failed', bouncedAt: null },
	withheld: { state: 'withheld', bouncedAt: null }
} satisfies Record<MailState, Prisma.OutboxMessageWhereInput>;

/** One page of the mail log, the latest first. */
export async function listMails({ state, recipient, cursor }: ListMails) {
	const after = cursor ? decodeCursor(MailCursor, cursor) : undefined;
	const rows = await db.outboxMessage.findMany({
		where: {
			kind: 'mail',
			...(state && inState[state]),
			...(recipient && { recipient: { contains: recipient } }),
			...(after && {
				OR: [
					{ createdAt: { lt: after.createdAt } },
					{ createdAt: after.createdAt, id: { gt: after.id } }
				]
			})
		},
		// As its index has it.
		orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
		take: LIMITS.pageSize + 1,
		select: { ...mailSelect, expiresAt: true }
	});
	const page = rows.slice(0, LIMITS.pageSize);
	const last = page.at(-1);
	return {
		mails: page.map(({ state, expiresAt, ...mail }) => ({
			...mail,
			state: logState(state, mail),
			canBeSentAgain: state !== 'sent' && (!expiresAt || expiresAt > new Date())
		})),
		nextCursor:
			rows.length > page.length && last ? encodeCursor([last.createdAt, last.id]) : undefined
	};
}

function logState(
	state: 'pending' | 'sent' | 'failed' | 'withheld',
	{ deliveredAt, bouncedAt }: { deliveredAt: Date | null; bouncedAt: Date | null }
): MailState {
	if (bouncedAt) return 'bounced';
	return state === 'sent' && deliveredAt ? 'delivered' : state;
}

/** How the mails of the last day stand, and since when the oldest of all waits. */
export async function getMailFigures() {
	const [row] = await db.$queryRaw<
		(Record<MailState, number> & { oldestPendingAt: Date | null })[]
	>`
		SELECT
			count(*) FILTER (WHERE state = 'pending')::int AS pending,
			count(*) FILTER (
				WHERE state = 'sent' AND delivered_at IS NULL AND bounced_at IS NULL
			)::int AS sent,
			count(*) FILTER (
				WHERE state = 'sent' AND delivered_at IS NOT NULL AND bounced_at IS NULL
			)::int AS delivered,
			count(*) FILTER (WHERE bounced_at IS NOT NULL)::int AS bounced,
			count(*) FILTER (WHERE state = 'failed' AND bounced_at IS NULL)::int AS failed,
			count(*) FILTER (WHERE state = 'withheld' AND bounced_at IS NULL)::int AS withheld,
			min(created_at) FILTER (WHERE state = 'pending') AS "oldestPendingAt"
		FROM outbox
		WHERE kind = 'mail' AND (created_at > now() - interval '1 day' OR state = 'pending')`;
	const { oldestPendingAt = null, ...lastDay } = row ?? {};
	return { lastDay: lastDay as Record<MailState, number>, oldestPendingAt };
}

/**
 * Sends a mail that waits, was given up or was withheld, now and with all its attempts before it. One
 * that is on its way at this moment is left alone, so that it is not sent twice.
 *
 * @throws NOT_FOUND, CONFLICT when it has left, is on its way, or its text is gone
 */
export async function sendMailAgain(actor: Actor, { id }: MailId): Promise<MailId> {
	await db.$transaction(async (tx) => {
		const { count } = await tx.outboxMessage.updateMany({
			where: {
				id,
				kind: 'mail',
				payload: { not: null },
				AND: [
					{ OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
					{
						OR: [
							{ state: { in: ['failed', 'withheld'] } },
							// A claim takes the words of the last attempt away, and brings its own.
							{ state: 'pending', OR: [{ attempts: 0 }, { lastError: { not: null } }] }
						]
					}
				]
			},
			data: { state: 'pending', attempts: 0, nextAttemptAt: new Date(), lastError: null }
		});
		if (count === 0) {
			const mail = await tx.outboxMessage.findFirst({
				where: { id, kind: 'mail' },
				select: { state: true, expiresAt: true }
			});
			if (!mail) throw refusal('NOT_FOUND', 'mail.notFound');
			const isUnderway =
				mail.state === 'pending' && !(mail.expiresAt && mail.expiresAt <= new Date());
			throw refusal('CONFLICT', isUnderway ? 'mail.underway' : 'mail.gone');
		}
		await recordAudit(tx, actor, { action: 'mail.sendAgain', targetKind: 'mail', targetId: id });
	});
	defer('send-outbox', deliverOutboxSoon);
	return { id };
}
