import { describe, expect, test } from 'vitest';
import { isOperatorAddress, isPublicAddress } from './public-address';

describe('isPublicAddress', () => {
	test.each([
		'1.1.1.1',
		'93.184.216.34',
		'172.32.0.1',
		'100.128.0.1',
		'2606:4700::1111',
		'2a00::1'
	])('takes %s', (address) => expect(isPublicAddress(address)).toBe(true));

	test.each([
		...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254'],
		...['172.16.0.1', '172.31.255.255', '192.168.1.1', '192.0.2.1', '192.88.99.1', '198.18.0.1'],
		...['203.0.113.9', '224.0.0.1', '239.255.255.255', '255.255.255.255', '240.0.0.1'],
		...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12::1', 'ff02::1'],
		...['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::FFFF:7f00:1', '0:0:0:0:0:ffff:7f00:1'],
		...['::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b:1::1'],
		...['2002:7f00:1::', '2002:a00:1::1', '2001::1', '2001:0:4136:e378::', '2001:db8::1'],
		...['3fff::1', '100::1', 'fec0::1', '5f00::1', 'localhost', '127.1', '', '1.2.3.4.5']
	])('refuses %j', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('isOperatorAddress', () => {
	test.each(['127.0.0.1', '::1', '10.0.0.5', 'fd00::5', '192.168.0.2', '1.1.1.1', '2606:4700::1'])(
		'takes %s',
		(address) => expect(isOperatorAddress(address)).toBe(true)
	);

	test.each([
		...['169.254.169.254', 'fe80::a9fe:a9fe', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe'],
		...['0.0.0.0', '::', '224.0.0.1', '255.255.255.255', 'ff02::1', 'metadata']
	])('refuses %j', (address) => expect(isOperatorAddress(address)).toBe(false));
});
