import * as z from 'zod';
import { bytesOf, fromBase64url, toBase64url, transcript, type Bytes } from './bytes.ts';
import type { GrantClaims } from './grants.ts';
import { importRunnerPublicKey, signAsRunner, signedByRunner } from './identity.ts';

/*
 * How browser and runner agree on keys that nobody between them knows. Each makes a P-256 key for this attach
 * alone. The browser's is signed by the app, inside the grant; the runner's by the runner, together with the
 * grant that it answers. What comes out of ECDH and HKDF is two AES-256 keys, one for each direction.
 */

const ECDH = { name: 'ECDH', namedCurve: 'P-256' };
const KEY_BYTES = 32;
/** The label of what the runner signs. */
const SIGNED = 'coda/1 runner answer';

/** The first frame of a channel, from the browser: what it may. JSON. */
export const Offer = z.object({ grant: z.string().max(2_048) });
export type Offer = z.infer<typeof Offer>;

/** The answer, from the runner: its key for this attach, and its signature of grant and key. JSON. */
export const Answer = z.object({
	runnerKey: z.string().length(87),
	signature: z.string().length(86)
});
export type Answer = z.infer<typeof Answer>;

/** The keys of one attach. */
export interface ChannelKeys {
	/** Seals what the browser sends. */
	fromBrowser: Bytes;
	/** Seals what the runner sends. */
	fromRunner: Bytes;
}

/** One side's key for one attach. */
export interface AttachKey {
	privateKey: CryptoKey;
	/** An uncompressed point, base64url: the browser's goes into the grant. */
	publicKey: string;
}

/** Makes a key for one attach. It cannot be read out, and is forgotten with the attach. */
export async function makeAttachKey(): Promise<AttachKey> {
	const pair = await crypto.subtle.generateKey(ECDH, false, ['deriveBits']);
	const point = await crypto.subtle.exportKey('raw', pair.publicKey);
	return { privateKey: pair.privateKey, publicKey: toBase64url(new Uint8Array(point)) };
}

/**
 * The runner's part, after it has verified the grant: its answer, and the keys.
 *
 * @throws DOMException where the grant's key is no point of the curve
 */
export async function answerOffer(
	grant: { token: string; claims: GrantClaims },
	identity: CryptoKey
): Promise<{ answer: Answer; keys: ChannelKeys }> {
	const own = await makeAttachKey();
	const signed = transcript(SIGNED, [grant.token, fromBase64url(own.publicKey)]);
	const signature = await signAsRunner(identity, signed);
	const keys = await deriveKeys(own.privateKey, grant.claims.browserKey, {
		...grant,
		runnerKey: own.publicKey
	});
	return { answer: { runnerKey: own.publicKey, signature: toBase64url(signature) }, keys };
}

/**
 * The browser's part: checks that the answer is by the runner that it knows, and derives the same keys.
 *
 * @returns nothing where it is by somebody else: then the channel is not to be used
 */
export async function acceptAnswer(
	answer: Answer,
	attach: AttachKey,
	granted: { token: string; claims: AgreedOn; runnerPublicKey: string }
): Promise<ChannelKeys | undefined> {
	const key = await importRunnerPublicKey(granted.runnerPublicKey);
	if (!(await isSigned(answer, key, granted.token))) return undefined;
	return deriveKeys(attach.privateKey, answer.runnerKey, {
		token: granted.token,
		claims: { ...granted.claims, browserKey: attach.publicKey },
		runnerKey: answer.runnerKey
	});
}

/** What both sides take from the grant. */
export type AgreedOn = Pick<GrantClaims, 'runnerId' | 'sessionId' | 'role'>;

/**
 * The keys of an attach. Their salt is the hash of the grant, so that no two attaches ever share a key; runner,
 * terminal, role and both public keys are what they are bound to.
 */
export async function deriveKeys(
	privateKey: CryptoKey,
	otherPublicKey: string,
	attach: { token: string; claims: AgreedOn & { browserKey: string }; runnerKey: string }
): Promise<ChannelKeys> {
	const other = await crypto.subtle.importKey(
		'raw',
		fromBase64url(otherPublicKey),
		ECDH,
		false,
		[]
	);
	const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: other }, privateKey, 256);
	const { claims, token, runnerKey } = attach;
	const info = transcript('coda/1 channel keys', [
		claims.runnerId,
		claims.sessionId ?? '',
		claims.role,
		fromBase64url(claims.browserKey),
		fromBase64url(runnerKey)
	]);
	const salt = await crypto.subtle.digest('SHA-256', bytesOf(token));
	const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveBits']);
	const bits = await crypto.subtle.deriveBits(
		{ name: 'HKDF', hash: 'SHA-256', salt, info },
		secret,
		2 * KEY_BYTES * 8
	);
	return {
		fromBrowser: new Uint8Array(bits.slice(0, KEY_BYTES)),
		fromRunner: new Uint8Array(bits.slice(KEY_BYTES))
	};
}

async function isSigned(answer: Answer, key: CryptoKey, token: string): Promise<boolean> {
	try {
		const message = transcript(SIGNED, [token, fromBase64url(answer.runnerKey)]);
		return await signedByRunner(key, fromBase64url(answer.signature), message);
	} catch (cause) {
		// Not base64url: nobody signed that.
		if (cause instanceof TypeError) return false;
		throw cause;
	}
}
