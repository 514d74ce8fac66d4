import type { ChannelName } from '$lib/schemas/alerts';
import { testNotice } from '../alert-words';
import { db } from '../db';
import { defer } from '../defer';
import { publicOrigin } from '../origin';
import { refusal } from '../refusal';
import type { Actor } from './actor';
import { deliverAlert } from './alert-deliveries';
import { send } from './alert-notices';
import { waysOut } from './alert-ways';
import { recordAudit } from './audit';
import { deliverOutboxSoon } from './outbox';

/** How a test message fared. A mail is on its way; what becomes of it stands in the mail log. */
export interface Tested {
	arrived: boolean;
	says: string;
}

/** Sends a message that says that it is a test. @throws NOT_FOUND */
export async function testChannel(admin: Actor, { id }: ChannelName): Promise<Tested> {
	const posted = await db.$transaction(async (tx) => {
		const way = (await waysOut(tx)).find((one) => one.id === id);
		if (!way) throw refusal('NOT_FOUND', 'channel.notFound');
		const [message] = await send(tx, way, [testNotice(`${publicOrigin()}/admin/alerts`)]);
		await recordAudit(tx, admin, {
			action: 'alert.testChannel',
			targetKind: 'alertChannel',
			targetId: id
		});
		return message;
	});
	if (!posted) {
		defer('send-outbox', deliverOutboxSoon);
		return { arrived: true, says: 'It is on its way; the mail log says what becomes of it.' };
	}
	await deliverAlert(posted);
	const message = await db.outboxMessage.findUnique({
		where: { id: posted },
		select: { state: true, lastError: true }
	});
	return message?.state === 'sent'
		? { arrived: true, says: 'It arrived.' }
		: { arrived: false, says: message?.lastError ?? 'It waits in the outbox.' };
}
