import { describe, expect, test } from 'vitest';
import { addressIn, networkOf } from './client-address';

describe('addressIn', () => {
	test.each([
		['203.0.113.7', 1, '203.0.113.7'],
		['6.6.6.6, 203.0.113.7', 1, '203.0.113.7'],
		['6.6.6.6, 203.0.113.7, 10.0.0.1', 2, '203.0.113.7'],
		['2001:db8::1', 1, '2001:db8::1'],
		['::ffff:203.0.113.7', 1, '203.0.113.7'],
		['203.0.113.7', 2, 'unknown'],
		['evil.test', 1, 'unknown'],
		['', 1, 'unknown'],
		[null, 1, 'unknown']
	])('reads from %j, %i hops back, %s', (header, hops, address) => {
		expect(addressIn(header, hops)).toBe(address);
	});
});

describe('networkOf', () => {
	test.each([
		['203.0.113.7', '203.0.113.7'],
		['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
		['2001:db8:1:2::9', '2001:db8:1:2::/64'],
		['2001:0db8::1', '2001:db8:0:0::/64'],
		['::1', '0:0:0:0::/64'],
		['unknown', 'unknown']
	])('counts %s by %s', (address, network) => {
		expect(networkOf(address)).toBe(network);
	});
});
