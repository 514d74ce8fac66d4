import type { RequestEvent } from '@sveltejs/kit';
import { env } from './env';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a host name names this machine. */
export const isLoopbackHost = (hostname: string): boolean => LOOPBACK.has(hostname);

/** Whether a connection comes from this machine. */
export const isLoopbackAddress = (address: string): boolean =>
	/^(::ffff:)?127\.|^::1$/.test(address);

/**
 * The origin for links that leave in a mail. It is pinned by AUTH_URL; in development the loopback
 * name that the person uses is taken, and nothing else: a forged Host never reaches a mail.
 */
export function originFor(event: RequestEvent): string {
	if (env().tier === 'development' && isLoopbackHost(event.url.hostname)) return event.url.origin;
	return publicOrigin();
}

/** The origin for links that leave where nobody is asking. */
export function publicOrigin(): string {
	const { AUTH_URL, PORT } = env();
	return AUTH_URL ?? `http://localhost:${PORT}`;
}
