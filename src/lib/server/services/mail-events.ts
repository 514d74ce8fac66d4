import { db } from '../db';
import { suppressAddress } from './mail-suppressions';

/** What the service that took a mail says became of it. */
export interface MailEvent {
	/** The service's name for the mail. */
	providerId: string;
	/** The mail's row in the outbox, as far as the service was told. */
	messageId?: string;
	kind: 'delivered' | 'returned';
	/** Why it came back. */
	reason?: string;
	/** The address that is not to be written to any more, if so. */
	suppress?: string;
	at: Date;
}

const REASON_CHARS = 500;

/**
 * Writes down what became of a mail. Events come late, twice and in any order: the first of a kind
 * counts, so that one that is repeated does not suppress an address again that an admin has freed.
 *
 * @returns whether the mail is one of ours, and the event new
 */
export async function recordMailEvent(event: MailEvent): Promise<boolean> {
	const { providerId, messageId, kind, at, suppress } = event;
	const reason = (event.reason ?? 'It came back.').slice(0, REASON_CHARS);
	const ours = { OR: [{ providerId }, ...(messageId ? [{ id: messageId }] : [])] };
	return db.$transaction(async (tx) => {
		const { count } =
			kind === 'delivered'
				? await tx.outboxMessage.updateMany({
						where: { ...ours, deliveredAt: null },
						data: { deliveredAt: at }
					})
				: await tx.outboxMessage.updateMany({
						where: { ...ours, bouncedAt: null },
						data: { bouncedAt: at, bounceReason: reason }
					});
		if (count > 0 && suppress) await suppressAddress(tx, suppress, reason);
		return count > 0;
	});
}
