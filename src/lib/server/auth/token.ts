import { createHash, randomBytes } from 'node:crypto';

/** A secret that is shown once: 256 random bits as base64url. */
export function newToken(): string {
	return randomBytes(32).toString('base64url');
}

/**
 * What is stored of a token. The tokens are random and long, so one round of SHA-256 is enough;
 * a look-up by hash also compares in a time that says nothing about the token.
 */
export function hashToken(token: string): string {
	return createHash('sha256').update(token).digest('hex');
}
