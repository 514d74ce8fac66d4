import { describe, expect, test } from 'vitest';
import { PairingStart, shownName, shownVersion } from './pairing.ts';

const asks = {
	...{ name: 'Desk', hostname: 'desk.local', platform: 'linux-x64', version: '0.1.0' },
	publicKey: 'B'.repeat(87),
	proof: 'x'
};

describe('what a computer says of itself', () => {
	test.each([
		['turns the writing direction', 'exe.\u202egnp.ppa', 'exe.gnp.ppa'],
		['isolates a part', '\u2066Ada\u2069', 'Ada'],
		['is not seen', 'A\u200bd\u00ada\ufeff', 'Ada'],
		['is a tag', 'Ada\u{e0041}\u{e0042}', 'Ada'],
		['is half a character', 'Ada\ud83d', 'Ada'],
		['speaks to a terminal', '\u001b[2JAda\u0007\u009b1m', '[2JAda1m'],
		['begins a line', 'Ada\u2028\u2029\r\nDesk', 'AdaDesk'],
		['a database does not take', 'A\u0000da', 'Ada']
	])('loses what %s', (_what, name, shown) => {
		expect(shownName.parse(name)).toBe(shown);
		expect(shownVersion.parse(name)).toBe(shown);
		const { hostname, version } = PairingStart.parse({ ...asks, hostname: name, version: name });
		expect({ hostname, version }).toEqual({ hostname: shown, version: shown });
	});

	test('is refused where nothing is left, and where it is endless', () => {
		expect(shownName.safeParse('\u202e\u200b ').success).toBe(false);
		expect(shownName.safeParse('a'.repeat(121)).success).toBe(false);
		expect(shownVersion.safeParse('1'.repeat(41)).success).toBe(false);
		expect(PairingStart.safeParse({ ...asks, platform: 'linux-x64<b>' }).success).toBe(false);
	});

	test('is data: a member that is called like what objects inherit from changes none', () => {
		const text = JSON.stringify(asks).replace('{', '{"__proto__":{"isAdmin":true},');

		const read = PairingStart.parse(JSON.parse(text));

		expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
		expect('isAdmin' in read).toBe(false);
	});
});
