import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/*
 * How messages about alerts are signed, those that leave and those that come: `t=<seconds>,v1=<hex>`, where v1 is
 * the HMAC-SHA-256 of `<seconds>.<body>`. The time keeps an old message from being sent once more later.
 */

/** The header that carries it. */
export const SIGNATURE_HEADER = 'coda-signature';

/** How far the clocks of two computers may differ. */
const TOLERANCE_SECONDS = 300;

const digestOf = (secret: string, seconds: number | string, body: string): string =>
	createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');

/** Signs a body as sent at a moment. */
export function signatureOf(secret: string, body: string, at = new Date()): string {
	const seconds = Math.floor(at.valueOf() / 1_000);
	return `t=${seconds},v1=${digestOf(secret, seconds, body)}`;
}

/**
 * Reads a signature that was made with one of the secrets, not more than five minutes ago or ahead. The comparison
 * takes the same time whatever was sent.
 *
 * @param header what came in `coda-signature`
 * @returns what names this very message, so that it is taken once; nothing when it is not signed so
 */
export function verifiedSignature(
	header: string | null,
	{ body, secrets, at = new Date() }: { body: string; secrets: (string | undefined)[]; at?: Date }
): string | undefined {
	const [, seconds = '', given = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? [];
	const isIn = secrets.filter((secret) => secret !== undefined && secret !== '');
	const matches = isIn.map((secret) => isSame(digestOf(secret ?? '', seconds, body), given));
	const offBy = Math.abs(at.valueOf() / 1_000 - Number(seconds));
	return matches.includes(true) && offBy <= TOLERANCE_SECONDS ? `${seconds}.${given}` : undefined;
}

/** When a message was sent that is named by what `verifiedSignature` answers; nothing for another name. */
export function sentAtOf(signature: string): Date | null {
	const seconds = /^(\d{1,12})\./.exec(signature)?.[1];
	return seconds ? new Date(Number(seconds) * 1_000) : null;
}

const hash = (text: string) => createHash('sha256').update(text).digest();
const isSame = (a: string, b: string): boolean => timingSafeEqual(hash(a), hash(b));
