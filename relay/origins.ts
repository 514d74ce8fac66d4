import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/** Pages on this computer, for development. */
export const LOOPBACK_ORIGINS = ['http://localhost:*', 'http://127.0.0.1:*'];

/** Whether a request may come from there: runners send no Origin, and pages only those that are known. */
export function createOriginCheck(
	origins: readonly string[]
): (origin: string | undefined) => boolean {
	const known = origins.map(
		(entry) =>
			new RegExp(`^${entry.replace(/[.[\]]/g, '\\$&').replaceAll('*', '[a-z0-9-]+')}$`, 'i')
	);
	return (origin) => origin === undefined || known.some((one) => one.test(origin));
}

/** Whose word counts for where a request comes from. */
export interface AddressSource {
	/** Fly says it in a header that it removes from what visitors send. */
	onFly: boolean;
	/** Proxies of ours that append to `X-Forwarded-For`. */
	proxyHops: number;
}

/** In front of an IPv4 address that is written as an IPv6 one. */
const MAPPED = '0:0:0:0:0:ffff';

/** Where a request comes from: an IPv4 address, or the /64 of an IPv6 one, which is one household. */
export function addressOf(request: IncomingMessage, { onFly, proxyHops }: AddressSource): string {
	const direct = request.socket.remoteAddress ?? '';
	const fly = request.headers['fly-client-ip'];
	const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
	const said = onFly ? fly : proxyHops > 0 ? forwarded.at(-proxyHops) : undefined;
	const address = typeof said === 'string' && said.trim() ? said.trim() : direct;
	return isIPv6(address) ? network(address) : address;
}

function network(address: string): string {
	// In its one spelling: lower case, no zeros in front, no dots, and the longest zeros left out.
	const { hostname } = new URL(`http://[${address.split('%', 1)[0]}]`);
	const [head = '', tail] = hostname.slice(1, -1).split('::');
	const front = head.split(':').filter(Boolean);
	const back = tail?.split(':').filter(Boolean) ?? [];
	const zeros = Array.from({ length: 8 - front.length - back.length }, () => '0');
	const groups = [...front, ...zeros, ...back];
	if (groups.slice(0, 6).join(':') !== MAPPED) return groups.slice(0, 4).join(':');
	const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
	return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
