import { fromBase64url } from './bytes.ts';
import { WORDS } from './words.ts';

const WORD_BITS = 11;
const FINGERPRINT_WORDS = 6;

/**
 * Six words for a public key: the first 66 bits of its SHA-256. Whoever sees the same words in both places has
 * the same key in both.
 *
 * @param publicKey base64url, as it is registered
 */
export async function fingerprintWords(publicKey: string): Promise<string[]> {
	const digest = await crypto.subtle.digest('SHA-256', fromBase64url(publicKey));
	const bits = Array.from(new Uint8Array(digest), (byte) => byte.toString(2).padStart(8, '0')).join(
		''
	);
	return Array.from({ length: FINGERPRINT_WORDS }, (_, index) => {
		const at = index * WORD_BITS;
		return WORDS[Number.parseInt(bits.slice(at, at + WORD_BITS), 2)] ?? '';
	});
}
