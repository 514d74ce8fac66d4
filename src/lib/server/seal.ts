import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { openingSecrets } from './env';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The keys of 32 bytes for one purpose, derived from AUTH_SECRET and from those that it took the place of. The
 * first one makes things, all of them know them again. What is made for one purpose fits no other.
 */
export function keysFor(purpose: string): [Buffer, ...Buffer[]] {
	const [newest, ...older] = openingSecrets().map((secret) =>
		Buffer.from(hkdfSync('sha256', secret, '', `coda/${purpose}`, 32))
	);
	if (!newest) throw new Error('AUTH_SECRET is not set, so nothing can be sealed.');
	return [newest, ...older];
}

/**
 * Encrypts a text for storage (AES-256-GCM under a key derived from AUTH_SECRET by HKDF).
 *
 * @param purpose what the text is for; opening it needs the same word
 * @returns base64url of iv, tag and ciphertext
 */
export function seal(purpose: string, text: string): string {
	const iv = randomBytes(IV_BYTES);
	const [key] = keysFor(purpose);
	const cipher = createCipheriv(ALGORITHM, key, iv);
	const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
	return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
}

/**
 * Decrypts what `seal` made, with AUTH_SECRET or one of those that it took the place of.
 *
 * @throws when it was altered, or was sealed with another secret or for another purpose
 */
export function open(purpose: string, sealed: string): string {
	const bytes = Buffer.from(sealed, 'base64url');
	let failure: unknown;
	for (const key of keysFor(purpose)) {
		try {
			return openWith(key, bytes);
		} catch (error) {
			// Sealed with another one, perhaps: the last one's complaint is everybody's.
			failure = error;
		}
	}
	throw failure;
}

function openWith(key: Buffer, bytes: Buffer): string {
	const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES));
	decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
	const body = bytes.subarray(IV_BYTES + TAG_BYTES);
	return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}

/** What was sealed with an older secret, sealed with AUTH_SECRET; nothing when it is so already. @throws as open */
export function sealedAnew(purpose: string, sealed: string): string | undefined {
	const [newest] = keysFor(purpose);
	try {
		openWith(newest, Buffer.from(sealed, 'base64url'));
		return undefined;
	} catch {
		// Sealed with an older one, or altered: opening it says which.
		return seal(purpose, open(purpose, sealed));
	}
}
