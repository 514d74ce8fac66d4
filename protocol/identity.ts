import { bytesOf, fromBase64url, toBase64url, transcript, type Bytes } from './bytes.ts';

/*
 * A runner has a P-256 signing key, made when it is paired and never leaving the computer. The app knows the
 * public half, and so do browsers, which pin it. A copied credential alone is worth nothing: whoever connects
 * proves to have the key, too.
 */

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' };
const SHA256 = { name: 'ECDSA', hash: 'SHA-256' };
/** An uncompressed point: one byte that says so, and two coordinates. */
const POINT_BYTES = 65;

/** What a proof is for. One made for something is none for something else. */
export type ProofPurpose = 'pair' | 'ticket' | 'unpair' | 'faults';

/** A runner's key pair: what it keeps (PKCS #8, base64url), and what it registers (a point, base64url). */
export async function makeRunnerKey(): Promise<{ privateKey: string; publicKey: string }> {
	const pair = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
	const [secret, open] = await Promise.all([
		crypto.subtle.exportKey('pkcs8', pair.privateKey),
		crypto.subtle.exportKey('raw', pair.publicKey)
	]);
	return {
		privateKey: toBase64url(new Uint8Array(secret)),
		publicKey: toBase64url(new Uint8Array(open))
	};
}

/** The runner's own half. @throws where it is no P-256 key */
export const importRunnerKey = (privateKey: string): Promise<CryptoKey> =>
	crypto.subtle.importKey('pkcs8', fromBase64url(privateKey), ECDSA, false, ['sign']);

/** The half that others know. @throws where it is no point of P-256 in the uncompressed form */
export async function importRunnerPublicKey(publicKey: string): Promise<CryptoKey> {
	const point = fromBase64url(publicKey);
	if (point.length !== POINT_BYTES) throw new TypeError('That is no uncompressed P-256 point.');
	return crypto.subtle.importKey('raw', point, ECDSA, true, ['verify']);
}

/** Signs with a runner's key: 64 bytes, r and s (IEEE P1363). */
export async function signAsRunner(key: CryptoKey, message: Bytes): Promise<Bytes> {
	return new Uint8Array(await crypto.subtle.sign(SHA256, key, message));
}

/** Whether the owner of the key signed that. */
export const signedByRunner = (
	key: CryptoKey,
	signature: Bytes,
	message: Bytes
): Promise<boolean> => crypto.subtle.verify(SHA256, key, signature, message);

/** What a proof speaks of. */
export interface ProofOf {
	purpose: ProofPurpose;
	/** What the app asked with: its own, fresh, and good once. */
	challenge: string;
	/** The address of the app: a proof for one is none for another. */
	origin: string;
}

/** The answer to the app's challenge, base64url: whoever asks has the runner's key. */
export async function signProof(key: CryptoKey, of: ProofOf): Promise<string> {
	return toBase64url(await signAsRunner(key, proofBytes(of)));
}

/** Whether the owner of the public key has answered that challenge. Any other text is no answer. */
export async function isProof(publicKey: string, proof: string, of: ProofOf): Promise<boolean> {
	try {
		const key = await importRunnerPublicKey(publicKey);
		return await signedByRunner(key, fromBase64url(proof), proofBytes(of));
	} catch (cause) {
		// A key or a proof that is none.
		if (cause instanceof TypeError || cause instanceof DOMException) return false;
		throw cause;
	}
}

const proofBytes = ({ purpose, challenge, origin }: ProofOf): Bytes =>
	transcript('coda/1 runner proof', [purpose, bytesOf(challenge), origin]);
