import { BlockList, isIP } from 'node:net';

const blockList = (family: 'ipv4' | 'ipv6', ...subnets: string[]): BlockList => {
	const list = new BlockList();
	for (const subnet of subnets) {
		const [network = '', prefix = ''] = subnet.split('/');
		list.addSubnet(network, Number(prefix), family);
	}
	return list;
};

/** IPv4 that leads nowhere public, by the IANA special-purpose registry. */
const SPECIAL_V4 = blockList(
	'ipv4',
	...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
	...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16'],
	...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4']
);

/** The only part of IPv6 that is given out to the public. Mapped and NAT64 addresses lie outside. */
const GLOBAL_V6 = blockList('ipv6', '2000::/3');

/** What inside of it is not public, or carries an IPv4 address: Teredo, 6to4, documentation. */
const SPECIAL_V6 = blockList('ipv6', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20');

/** Where even an operator's own address never leads: the cloud's metadata, everyone, nobody. */
const NEVER_V4 = blockList('ipv4', '169.254.0.0/16', '0.0.0.0/8', '224.0.0.0/3');
const NEVER_V6 = blockList('ipv6', 'fe80::/10', 'ff00::/8', '::/128');

/** An IPv4 address that is written as IPv6, in any of the ways it can be. */
const isMapped = (address: string): boolean =>
	/^(0{0,4}:)*:?ffff:/i.test(address) || /^(::|64:ff9b:).*\d+\.\d+\.\d+\.\d+$/i.test(address);

/** Whether an address is one of the public internet, and nothing else in disguise. */
export function isPublicAddress(address: string): boolean {
	if (isIP(address) === 4) return !SPECIAL_V4.check(address, 'ipv4');
	if (isIP(address) !== 6 || address.includes('%') || isMapped(address)) return false;
	return GLOBAL_V6.check(address, 'ipv6') && !SPECIAL_V6.check(address, 'ipv6');
}

/** Whether an address may be one that the operator of this server named: loopback and private as well. */
export function isOperatorAddress(address: string): boolean {
	if (isIP(address) === 4) return !NEVER_V4.check(address, 'ipv4');
	if (isIP(address) !== 6 || address.includes('%') || isMapped(address)) return false;
	return !NEVER_V6.check(address, 'ipv6');
}
