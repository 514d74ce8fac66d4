import { db } from '../db';
import { env } from '../env';
import type { Mail } from '../mail/mail';
import { open } from '../seal';
import { SEALED_FOR } from './mail-delivery';

/** A mail as the development inbox shows it. */
export interface InboxMail extends Mail {
	id: string;
	at: Date;
}

const kept = { kind: 'mail', state: 'sent', payload: { not: null } } as const;

/** The newest mails that the stream transport has taken, newest first. Development only. */
export async function listInbox(limit = 50): Promise<InboxMail[]> {
	if (env().tier !== 'development') return [];
	const rows = await db.outboxMessage.findMany({
		where: kept,
		orderBy: { createdAt: 'desc' },
		take: limit,
		select: inboxSelect
	});
	return rows.flatMap((row) => opened(row) ?? []);
}

/** One of them. */
export async function getInboxMail(id: string): Promise<InboxMail | undefined> {
	if (env().tier !== 'development') return undefined;
	const row = await db.outboxMessage.findFirst({ where: { id, ...kept }, select: inboxSelect });
	return row ? opened(row) : undefined;
}

const inboxSelect = { id: true, payload: true, createdAt: true } as const;

function opened(row: { id: string; payload: string | null; createdAt: Date }) {
	try {
		const mail = JSON.parse(open(SEALED_FOR, row.payload ?? '')) as Mail;
		return { ...mail, id: row.id, at: row.createdAt };
	} catch {
		// Sealed with a secret that is no longer there: nothing to show.
		return undefined;
	}
}
