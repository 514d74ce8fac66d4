import { deliverOutbox } from '../services/outbox';

/** Sends the mails that are due: those that were held back, and those that failed before. */
export async function sendOutbox() {
	return { deleted: 0, counts: await deliverOutbox() };
}
