import { createHmac, hkdfSync } from 'node:crypto';
import { testEnvironment } from './environment.ts';

/** What stands in the address that stops mails, as the application writes it with the tests' secret. */
export function unsubscribeToken(userId: string, topic: string): string {
	const key = Buffer.from(
		hkdfSync('sha256', testEnvironment.AUTH_SECRET, '', 'coda/unsubscribe', 32)
	);
	const signature = createHmac('sha256', key).update(`${userId}.${topic}`).digest('base64url');
	return `${userId}.${topic}.${signature}`;
}
