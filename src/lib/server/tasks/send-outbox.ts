import { mailTransport } from '../mail/transport';
import type { Actor } from '../services/actor';
import type { Work } from '../services/batches';
import { deliverOutbox } from '../services/outbox';
import { postRelayEvents } from '../services/relay-events';

/** Sends what is due: mails that were held back or failed before, and what the relay has not taken yet. */
export async function sendOutbox(_actor: Actor, work: Work) {
	await postRelayEvents(work);
	const { more, ...counts } = await deliverOutbox(mailTransport(), work);
	return { deleted: 0, counts, more };
}
