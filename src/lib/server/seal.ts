import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { env } from './env';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A key of 32 bytes for one purpose, derived from AUTH_SECRET: what is made with it fits nothing else. */
export function keyFor(purpose: string): Buffer {
	const secret = env().AUTH_SECRET;
	if (!secret) throw new Error('AUTH_SECRET is not set, so nothing can be sealed.');
	return Buffer.from(hkdfSync('sha256', secret, '', `coda/${purpose}`, 32));
}

/**
 * Encrypts a text for storage (AES-256-GCM under a key derived from AUTH_SECRET by HKDF).
 *
 * @param purpose what the text is for; opening it needs the same word
 * @returns base64url of iv, tag and ciphertext
 */
export function seal(purpose: string, text: string): string {
	const iv = randomBytes(IV_BYTES);
	const cipher = createCipheriv(ALGORITHM, keyFor(purpose), iv);
	const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
	return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
}

/**
 * Decrypts what `seal` made.
 *
 * @throws when it was altered, or was sealed with another secret or for another purpose
 */
export function open(purpose: string, sealed: string): string {
	const bytes = Buffer.from(sealed, 'base64url');
	const decipher = createDecipheriv(ALGORITHM, keyFor(purpose), bytes.subarray(0, IV_BYTES));
	decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
	const body = bytes.subarray(IV_BYTES + TAG_BYTES);
	return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}
