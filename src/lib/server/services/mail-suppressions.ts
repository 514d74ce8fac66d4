import type { Transaction } from '../db';

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
