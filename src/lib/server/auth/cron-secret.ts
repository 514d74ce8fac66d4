import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Whether a request carries `Authorization: Bearer <secret>` with one of the secrets: the present one, or
 * the one before it while both are set. Without a secret nobody does, and the comparison takes the same time
 * whatever was sent.
 */
export function bearerMatches(
	authorization: string | null,
	...secrets: (string | undefined)[]
): boolean {
	const given = digest(authorization ?? '');
	return secrets
		.map((secret) => timingSafeEqual(given, digest(`Bearer ${secret ?? ''}`)) && Boolean(secret))
		.includes(true);
}
