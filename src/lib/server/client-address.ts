import { isIP } from 'node:net';
import type { RequestEvent } from '@sveltejs/kit';
import { env } from './env';

/**
 * The network address of whoever is asking, as far as it can be trusted; else `unknown`.
 *
 * Forwarding headers can be written by anyone, so only what a known proxy appended counts: Vercel's
 * own header on Vercel, and on Node the entry that TRUSTED_PROXY_HOPS proxies back. A header that is
 * shorter than the number of hops, or holds no address there, is nobody's word.
 */
export function clientAddress(event: RequestEvent): string {
	const { VERCEL, TRUSTED_PROXY_HOPS } = env();
	if (VERCEL) return addressIn(event.request.headers.get('x-vercel-forwarded-for'), 1);
	if (TRUSTED_PROXY_HOPS > 0) {
		return addressIn(event.request.headers.get('x-forwarded-for'), TRUSTED_PROXY_HOPS);
	}
	try {
		return normalise(event.getClientAddress());
	} catch {
		// A connection that is already closed has no address any more.
		return 'unknown';
	}
}

/** The entry that stands `hops` from the right of a forwarding header. */
export function addressIn(header: string | null, hops: number): string {
	const entry = header?.split(',').at(-hops)?.trim() ?? '';
	return normalise(entry);
}

/**
 * What limits are counted by: an IPv4 address, or the /64 of an IPv6 address, because whoever has one
 * address of it has them all.
 */
export function networkOf(address: string): string {
	if (isIP(address) !== 6) return address;
	const [head = '', tail = ''] = address.split('::');
	const left = head.split(':').filter(Boolean);
	const right = tail.split(':').filter(Boolean);
	const missing = address.includes('::') ? 8 - left.length - right.length : 0;
	const groups = [...left, ...Array<string>(missing).fill('0'), ...right];
	return `${groups
		.slice(0, 4)
		.map((group) => Number.parseInt(group, 16).toString(16))
		.join(':')}::/64`;
}

function normalise(address: string): string {
	const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
	return isIP(plain) ? plain : 'unknown';
}
