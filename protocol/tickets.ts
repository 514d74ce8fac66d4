import * as z from 'zod';
import { bytesOf } from './bytes.ts';
import { WIRE } from './limits.ts';
import { openToken, signToken } from './signed-token.ts';

/*
 * A ticket admits one socket to a relay, once, within a minute. The app signs it with a secret that it shares
 * with the relay (HS256). It opens no terminal: for that the runner asks for a grant.
 */

const HEADER = { alg: 'HS256', typ: 'coda-ticket' };
const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/** Where app and relay run. A preview's ticket is worth nothing at production's relay. */
export const TIERS = ['development', 'preview', 'production'] as const;
export type Tier = (typeof TIERS)[number];

/** What a socket is for. A `writer` types, a `viewer` only looks, `events` is told what has changed. */
export const ROLES = ['runner-control', 'writer', 'viewer', 'events'] as const;
export type Role = (typeof ROLES)[number];

const common = {
	/** The tier. */
	aud: z.enum(TIERS),
	/** The person whose ticket it is; of a runner, the person whose runner it is. */
	sub: z.uuid(),
	/** Its own id, which is accepted once. */
	jti: z.uuid(),
	/** Seconds since 1970. */
	iat: z.int().nonnegative(),
	exp: z.int().nonnegative()
};

/** The sign-in of the browser: ending it closes what was opened under it. */
const signInId = z.uuid().optional();

const terminal = {
	...common,
	runnerId: z.uuid(),
	/** Whose runner that is; at the relay both ends must say the same. */
	ownerId: z.uuid(),
	/** The terminal; absent where the browser only asks the runner something (folders, a list of terminals). */
	sessionId: z.uuid().optional(),
	signInId
};

/** What a ticket says. */
export const TicketClaims = z.discriminatedUnion('role', [
	z.object({ role: z.literal('runner-control'), ...common, runnerId: z.uuid() }),
	z.object({ role: z.literal('writer'), ...terminal }),
	z.object({ role: z.literal('viewer'), ...terminal }),
	z.object({ role: z.literal('events'), ...common, signInId })
]);
export type TicketClaims = z.infer<typeof TicketClaims>;

type Without<Claims, Keys extends string> = Claims extends unknown ? Omit<Claims, Keys> : never;

/** What the app says of a ticket; its id and its times are added when it is signed. */
export type TicketRequest = Without<TicketClaims, 'jti' | 'iat' | 'exp'>;

/** Signs a ticket that is good for a minute from `nowMs`. */
export async function signTicket(
	request: TicketRequest,
	secret: string,
	nowMs: number = Date.now()
): Promise<string> {
	const iat = Math.floor(nowMs / 1000);
	const claims = { ...request, jti: crypto.randomUUID(), iat, exp: iat + WIRE.ticketSeconds };
	const key = await hmacKey(secret);
	return signToken(HEADER, TicketClaims.parse(claims), (input) =>
		crypto.subtle.sign('HMAC', key, input)
	);
}

/** What a ticket is checked against. */
export interface TicketCheck {
	/** Today's secret, and the one before while it is being replaced. */
	secrets: readonly string[];
	tier: Tier;
	nowMs?: number;
}

/**
 * The claims of a ticket that is signed, of this tier and of this minute; nothing for any other text. That it
 * is used only once is for the caller to see to.
 */
export async function verifyTicket(
	token: string,
	{ secrets, tier, nowMs = Date.now() }: TicketCheck
): Promise<TicketClaims | undefined> {
	for (const secret of secrets) {
		const key = await hmacKey(secret);
		const opened = await openToken(HEADER, token, (signature, input) =>
			crypto.subtle.verify('HMAC', key, signature, input)
		);
		if (opened === undefined) continue;
		const { data } = TicketClaims.safeParse(opened);
		return data?.aud === tier && isOfNow(data, WIRE.ticketSeconds, nowMs) ? data : undefined;
	}
	return undefined;
}

/** Whether something was issued, is not over, and claims no longer life than its kind has. */
export function isOfNow(
	{ iat, exp }: { iat: number; exp: number },
	lifeSeconds: number,
	nowMs: number
): boolean {
	const now = nowMs / 1000;
	return iat <= now + WIRE.clockSkewSeconds && now < exp && exp - iat <= lifeSeconds;
}

/** @throws RangeError without a secret: an empty one would admit everybody */
function hmacKey(secret: string): Promise<CryptoKey> {
	if (secret === '') throw new RangeError('A ticket needs a secret.');
	return crypto.subtle.importKey('raw', bytesOf(secret), HMAC, false, ['sign', 'verify']);
}
