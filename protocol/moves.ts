/*
 * A relay says `moved` before it has shown anything, so it is believed only as far as the app goes: the app has
 * named one relay, and the others of that Coda are on the same host or below it. Nobody takes a ticket anywhere
 * else, whoever says so.
 */

/** Relays that relays may send to, one after the other: then the attempt is over, and the next one begins anew. */
export const MOST_MOVES = 3;

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** What a relay said, and what counts for it. */
export interface Move {
	/** The relay that the app has named. */
	named: string;
	/** Where a relay sends. */
	to: string;
	/** Moves before this one, of the same ticket. */
	before: number;
}

/**
 * Where to go with the same ticket, or nothing where a relay may not send: more often than `MOST_MOVES`, to a
 * host that is neither the named one nor below it (`relay.coda.example`, `two.relay.coda.example`), from an
 * encrypted line to an open one, or over an open line that leaves this computer. Names of this computer are one.
 */
export function followMove({ named, to, before }: Move): string | undefined {
	if (before >= MOST_MOVES || !URL.canParse(to) || !URL.canParse(named)) return undefined;
	const [from, target] = [new URL(named), new URL(to)];
	const isLocal = LOOPBACK.test(from.hostname) && LOOPBACK.test(target.hostname);
	const isOfThem = isLocal || isAtOrBelow(from.hostname, target.hostname);
	const isSealed = target.protocol === 'wss:' || (isLocal && target.protocol === from.protocol);
	const isBare = target.username === '' && target.password === '';
	return isOfThem && isSealed && isBare ? target.origin : undefined;
}

/** Where pages may connect to, for `connect-src`: the named relay, and those to which it may send. */
export function relaySources(named: string): string[] {
	const { protocol, hostname } = new URL(named);
	const own = `${protocol}//${hostname}:*`;
	return isName(hostname) ? [own, `${protocol}//*.${hostname}:*`] : [own];
}

const isAtOrBelow = (host: string, target: string): boolean =>
	target === host || (isName(host) && target.endsWith(`.${host}`));

/** Whether something can be below it: not below an address, nor below this computer. */
const isName = (host: string): boolean =>
	host.includes('.') && !/^[\d.]+$/.test(host) && !host.startsWith('[');
