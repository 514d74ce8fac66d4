import type { UnsubscribeToken } from '$lib/schemas/mails';
import { db } from '../db';
import { TOPICS } from '../mail/topics';
import { readUnsubscribeToken } from '../mail/unsubscribe';
import { refusal } from '../refusal';
import type { Actor } from './actor';
import { recordAudit } from './audit';

/** What a link from a mail stops. It says nothing of the account. @throws BAD_REQUEST */
export function getUnsubscription({ token }: UnsubscribeToken): { topic: string } {
	return { topic: TOPICS[read(token).topic] };
}

/**
 * Switches mails of a topic off, for whoever holds a mail of it. Doing so twice is doing it once.
 *
 * @throws BAD_REQUEST when the link is not one of ours
 */
export async function unsubscribe(
	requestId: string,
	{ token }: UnsubscribeToken
): Promise<{ topic: string }> {
	const { userId, topic } = read(token);
	// The link shows no more than that somebody has the mail: nobody is taken to be the person.
	const actor: Actor = { kind: 'system', task: 'unsubscribe', requestId };
	await db.$transaction(async (tx) => {
		const off = JSON.stringify({ [topic]: false });
		const changed = await tx.$executeRaw`
			UPDATE users SET updated_at = now(), preferences = jsonb_set(
				preferences, '{notices}', coalesce(preferences -> 'notices', '{}') || ${off}::jsonb
			)
			WHERE id = ${userId}::uuid
				AND (preferences #> ARRAY['notices', ${topic}]) IS DISTINCT FROM 'false'::jsonb`;
		if (changed === 0) return;
		await recordAudit(tx, actor, {
			action: 'account.unsubscribe',
			targetKind: 'user',
			targetId: userId,
			personId: userId,
			changed: [`notices.${topic}`]
		});
	});
	return { topic: TOPICS[topic] };
}

function read(token: string) {
	const found = readUnsubscribeToken(token);
	if (!found) throw refusal('BAD_REQUEST', 'unsubscribe.invalid');
	return found;
}
