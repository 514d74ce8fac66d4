import { LIMITS } from '$lib/limits';
import type { ListMails, SuppressedAddress } from '$lib/schemas/mails';
import { db, type Transaction } from '../db';
import { refusal } from '../refusal';
import type { Actor } from './actor';
import { recordAudit } from './audit';

const REASON_CHARS = 500;

/** Sends nothing to an address any more, until an admin lifts it. The first reason stays. */
export async function suppressAddress(
	tx: Transaction,
	email: string,
	reason: string
): Promise<void> {
	await tx.mailSuppression.createMany({
		data: { email: email.toLowerCase(), reason: reason.slice(0, REASON_CHARS) },
		skipDuplicates: true
	});
}

/** The addresses that nothing is sent to, the latest first: as many as fit on a page. */
export async function listSuppressions({ recipient }: Pick<ListMails, 'recipient'>) {
	const rows = await db.mailSuppression.findMany({
		where: recipient ? { email: { contains: recipient } } : {},
		orderBy: [{ createdAt: 'desc' }, { email: 'asc' }],
		take: LIMITS.pageSize + 1,
		select: { email: true, reason: true, createdAt: true }
	});
	return {
		addresses: rows.slice(0, LIMITS.pageSize),
		hasMore: rows.length > LIMITS.pageSize
	};
}

/** Lets mail to an address leave again. @throws NOT_FOUND */
export async function liftSuppression(
	actor: Actor,
	{ email }: SuppressedAddress
): Promise<SuppressedAddress> {
	await db.$transaction(async (tx) => {
		const { count } = await tx.mailSuppression.deleteMany({ where: { email } });
		if (count === 0) throw refusal('NOT_FOUND', 'mail.notSuppressed');
		const person = await tx.user.findUnique({ where: { email }, select: { id: true } });
		await recordAudit(tx, actor, {
			action: 'mail.liftSuppression',
			targetKind: person ? 'user' : 'address',
			targetId: person?.id ?? null,
			personId: person?.id,
			// The trail keeps nothing personal in clear: of an address without an account, where it is.
			details: { domain: email.slice(email.lastIndexOf('@') + 1) }
		});
	});
	return { email };
}
