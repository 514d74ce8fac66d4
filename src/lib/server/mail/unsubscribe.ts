import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { publicOrigin } from '../origin';
import { keysFor } from '../seal';
import { isTopic, type Topic } from './topics';

/** Whose mails of which topic a link stops. */
export interface Unsubscription {
	userId: string;
	topic: Topic;
}

/** A key of its own: what is signed with it opens nothing else. */
const PURPOSE = 'unsubscribe';

/** The address that stops mails of a topic. It does not end, as mails are kept for years. */
export function unsubscribeUrl(userId: string, topic: Topic): string {
	const [key] = keysFor(PURPOSE);
	const token = `${userId}.${topic}.${signatureOf(key, userId, topic)}`;
	return `${publicOrigin()}/unsubscribe?token=${token}`;
}

/** What a token stops, or nothing when it is not one of ours. */
export function readUnsubscribeToken(token: string): Unsubscription | undefined {
	const [userId = '', topic = '', signature = '', ...rest] = token.split('.');
	if (rest.length > 0 || !z.uuid().safeParse(userId).success || !isTopic(topic)) return undefined;
	const given = Buffer.from(signature);
	const isOurs = keysFor(PURPOSE).some((key) => {
		const expected = Buffer.from(signatureOf(key, userId, topic));
		return given.length === expected.length && timingSafeEqual(given, expected);
	});
	return isOurs ? { userId, topic } : undefined;
}

function signatureOf(key: Buffer, userId: string, topic: Topic): string {
	return createHmac('sha256', key).update(`${userId}.${topic}`).digest('base64url');
}
