import * as z from 'zod';
import { fromBase64url, toBase64url, type Bytes } from './bytes.ts';
import { WIRE } from './limits.ts';
import { openToken, signToken } from './signed-token.ts';
import { isOfNow } from './tickets.ts';

/*
 * A grant is what opens a terminal: the app signs it (Ed25519), and the RUNNER checks it, against the key that
 * it was told when it was paired. A relay can make none, and what it carries is of no use to it: the grant
 * names the key of the one browser that may use it.
 */

const HEADER = { alg: 'EdDSA', typ: 'coda-grant' };

/** What a grant says. */
export const GrantClaims = z.object({
	/** Who opens the terminal. */
	sub: z.uuid(),
	/** On which computer. */
	runnerId: z.uuid(),
	/** Which terminal; absent where the browser only asks the runner something. */
	sessionId: z.uuid().optional(),
	/** A `viewer` may not type, resize or end; the runner sees to it. */
	role: z.enum(['writer', 'viewer']),
	/** The browser's key for this attach: an uncompressed P-256 point, base64url. */
	browserKey: z.string().length(87),
	/** Its own id: the runner takes each once. */
	jti: z.uuid(),
	/** Seconds since 1970. */
	iat: z.int().nonnegative(),
	exp: z.int().nonnegative()
});
export type GrantClaims = z.infer<typeof GrantClaims>;

/** What the app says of a grant; its id and its times are added when it is signed. */
export type GrantRequest = Omit<GrantClaims, 'jti' | 'iat' | 'exp'>;

/** Signs a grant that is good for a minute from `nowMs`. */
export async function signGrant(
	request: GrantRequest,
	key: CryptoKey,
	nowMs: number = Date.now()
): Promise<string> {
	const iat = Math.floor(nowMs / 1000);
	const claims = { ...request, jti: crypto.randomUUID(), iat, exp: iat + WIRE.grantSeconds };
	return signToken(HEADER, GrantClaims.parse(claims), (input) =>
		crypto.subtle.sign('Ed25519', key, input)
	);
}

/** What a grant is checked against, at the runner. */
export interface GrantCheck {
	/** The app's keys that the runner has pinned. */
	keys: readonly CryptoKey[];
	/** The runner itself: a grant for another is none. */
	runnerId: string;
	/** The app's time, not this computer's, which may be wrong: see `docs/protocol.md`. */
	nowMs: number;
}

/** The claims of a grant that the app signed for this runner and this minute; nothing for any other text. */
export async function verifyGrant(
	token: string,
	{ keys, runnerId, nowMs }: GrantCheck
): Promise<GrantClaims | undefined> {
	for (const key of keys) {
		const opened = await openToken(HEADER, token, (signature, input) =>
			crypto.subtle.verify('Ed25519', key, signature, input)
		);
		if (opened === undefined) continue;
		const { data } = GrantClaims.safeParse(opened);
		const isOurs = data?.runnerId === runnerId && isOfNow(data, WIRE.grantSeconds, nowMs);
		return isOurs ? data : undefined;
	}
	return undefined;
}

/** A new key for grants: what the app keeps (PKCS #8, base64url), and what runners pin (32 bytes, base64url). */
export async function makeGrantKey(): Promise<{ privateKey: string; publicKey: string }> {
	const pair = (await crypto.subtle.generateKey('Ed25519', true, [
		'sign',
		'verify'
	])) as CryptoKeyPair;
	const [secret, open] = await Promise.all([
		crypto.subtle.exportKey('pkcs8', pair.privateKey),
		crypto.subtle.exportKey('raw', pair.publicKey)
	]);
	return {
		privateKey: toBase64url(new Uint8Array(secret)),
		publicKey: toBase64url(new Uint8Array(open))
	};
}

/** The app's half, with the public half that belongs to it. @throws where it is no Ed25519 key */
export async function importGrantKey(
	privateKey: string
): Promise<{ key: CryptoKey; publicKey: string }> {
	const key = await crypto.subtle.importKey('pkcs8', fromBase64url(privateKey), 'Ed25519', true, [
		'sign'
	]);
	const { x } = await crypto.subtle.exportKey('jwk', key);
	if (x === undefined) throw new TypeError('That is no Ed25519 key.');
	return { key, publicKey: x };
}

/** The runner's half. @throws where it is no Ed25519 key */
export function importGrantPublicKey(publicKey: string): Promise<CryptoKey> {
	const bytes: Bytes = fromBase64url(publicKey);
	return crypto.subtle.importKey('raw', bytes, 'Ed25519', true, ['verify']);
}
