import { describe, expect, test } from 'vitest';
import { readPath, runnerAddress } from './addresses.ts';
import { makeUserCode, readUserCode } from './user-codes.ts';
import { PairingStart } from './pairing.ts';
import { WORDS } from './words.ts';

describe('a user code', () => {
	test('has eight letters of twenty, each as often as the others', () => {
		const counts = new Map<string, number>();
		for (let round = 0; round < 5_000; round++) {
			const code = makeUserCode();
			expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
			for (const letter of code.replace('-', '')) counts.set(letter, (counts.get(letter) ?? 0) + 1);
		}

		// 2,000 of each are expected; 250 are more than five standard deviations.
		for (const count of counts.values()) expect(Math.abs(count - 2_000)).toBeLessThan(250);
		expect(counts.size).toBe(20);
	});

	test.each([
		['wdjb-mjht', 'WDJB-MJHT'],
		[' WDJB MJHT ', 'WDJB-MJHT'],
		['wdjbmjht', 'WDJB-MJHT'],
		['WDJB–MJHT', 'WDJB-MJHT'],
		['WDJB-MJH', undefined],
		['WDJB-MJHTT', undefined],
		['WDJA-MJHT', undefined],
		['', undefined]
	])('is read from %j', (typed, code) => {
		expect(readUserCode(typed)).toBe(code);
	});
});

describe('the words of fingerprints', () => {
	test('are 2,048, and differ in their first four letters', () => {
		expect(WORDS).toHaveLength(2_048);
		expect(new Set(WORDS.map((word) => word.slice(0, 4))).size).toBe(2_048);
	});
});

describe('the name of a computer', () => {
	const start = {
		hostname: 'host',
		platform: 'linux-x64',
		version: '1',
		publicKey: 'A'.repeat(87),
		proof: ''
	};

	test('loses what controls a terminal or turns the writing direction', () => {
		const name = 'Ada\u001b[2J\u202Es laptop\u0007';

		expect(PairingStart.parse({ ...start, name }).name).toBe('Ada[2Js laptop');
	});

	test.each(['', '\u202E', 'x'.repeat(121)])('is refused: %j', (name) => {
		expect(PairingStart.safeParse({ ...start, name }).success).toBe(false);
	});
});

describe('an address', () => {
	const runnerId = '0190a000-0000-7000-8000-000000000002';

	test('leads where it was made for', () => {
		expect(runnerAddress('wss://relay.test', runnerId)).toBe(`wss://relay.test/v1/r/${runnerId}`);
		expect(readPath(`/v1/r/${runnerId}`)).toEqual({ runnerId });
		expect(readPath('/v1/events')).toBe('events');
	});

	test.each(['/', '/v1/r/', '/v1/r/x', `/v2/r/${runnerId}`, `/v1/r/${runnerId}/`, '/v1/events/'])(
		'is none: %s',
		(path) => {
			expect(readPath(path)).toBeUndefined();
		}
	);
});
