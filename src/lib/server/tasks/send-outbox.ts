import { mailTransport } from '../mail/transport';
import type { Actor } from '../services/actor';
import type { Work } from '../services/batches';
import { deliverOutbox } from '../services/outbox';

/** Sends the mails that are due: those that were held back, and those that failed before. */
export async function sendOutbox(_actor: Actor, work: Work) {
	const { more, ...counts } = await deliverOutbox(mailTransport(), work);
	return { deleted: 0, counts, more };
}
