import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Whether a request carries `Authorization: Bearer <secret>`. Without a secret nobody does, and the
 * comparison takes the same time whatever was sent.
 */
export function bearerMatches(authorization: string | null, secret: string | undefined): boolean {
	const expected = digest(`Bearer ${secret ?? ''}`);
	const same = timingSafeEqual(digest(authorization ?? ''), expected);
	return same && Boolean(secret);
}
