import * as z from 'zod';
import { WIRE } from './limits.ts';

/*
 * Pairing in the shape of RFC 8628, between runner and app. The relay has no part in it. `docs/protocol.md`
 * tells the whole of it; the procedures are the frozen router `runner.v1`.
 */

/** Without controls, halves of characters, and what turns the writing direction. */
const plain = (text: string): string =>
	text
		.normalize('NFC')
		.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
		.trim();

/** A name from a computer: controls, and characters that turn the writing direction, are taken out. */
export const shownName = z.string().transform(plain).pipe(z.string().min(1).max(WIRE.nameChars));

/** A runner's version, which stands beside its name. */
export const shownVersion = z.string().max(40).transform(plain);

/** A point of P-256, uncompressed, base64url. */
const publicKey = z
	.string()
	.regex(/^[\w-]{87}$/, 'must be an uncompressed P-256 point in base64url');

/** What a computer says of itself when it asks to be paired. */
export const PairingStart = z.object({
	name: shownName,
	hostname: shownName,
	/** `linux`, `darwin` or `win32`, and the processor: `linux-x64`. */
	platform: z.string().regex(/^[a-z0-9]{1,20}-[a-z0-9_]{1,20}$/),
	/** The runner's version. */
	version: shownVersion,
	publicKey,
	/** `signProof` with purpose `pair`, the public key as the challenge: that the key is the computer's own. */
	proof: z.string().max(100)
});
export type PairingStart = z.infer<typeof PairingStart>;

/** What it gets. */
export const PairingStarted = z.object({
	/** 256 bits, base64url: only the computer has it. */
	deviceCode: z.string().length(43),
	/** `WDJB-MJHT`. */
	userCode: z.string().length(9),
	verificationUri: z.url(),
	expiresInSeconds: z.int().positive(),
	/** Seconds between two polls. */
	interval: z.int().positive()
});
export type PairingStarted = z.infer<typeof PairingStarted>;

/** Why a poll brings no credential, in the words of RFC 8628. */
export const PENDING_REASONS = [
	'authorization_pending',
	/** And wait five seconds longer between polls from now on. */
	'slow_down',
	'access_denied',
	'expired_token'
] as const;

/** The answer to a poll: a reason, or once and only once the credential. */
export const PairingPolled = z.discriminatedUnion('state', [
	z.object({ state: z.literal('waiting'), reason: z.enum(PENDING_REASONS) }),
	z.object({
		state: z.literal('paired'),
		runnerId: z.uuid(),
		/** 256 bits, base64url. */
		credential: z.string().length(43),
		/** The app's keys for grants, to be pinned: 32 bytes each, base64url. */
		grantKeys: z.array(z.string().length(43)).min(1),
		relayUrl: z.url({ protocol: /^wss?$/ }),
		/** Whose it is now, for the computer to say. */
		personEmail: z.string()
	})
]);
export type PairingPolled = z.infer<typeof PairingPolled>;

/** What a runner needs to connect: asked for anew with each attempt. */
export const RunnerTicket = z.object({
	ticket: z.string(),
	relayUrl: z.url({ protocol: /^wss?$/ }),
	/** The app's time, in milliseconds since 1970: grants are checked against it. */
	nowMs: z.int().nonnegative(),
	/** Below it a runner says that it has to be renewed, and connects no more. */
	minimumVersion: z.string()
});
export type RunnerTicket = z.infer<typeof RunnerTicket>;
