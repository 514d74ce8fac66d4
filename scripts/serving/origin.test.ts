import { describe, expect, test } from 'vitest';
import { originOf } from './origin.mjs';

const development = {
	development: true,
	pinned: undefined,
	listenHost: '127.0.0.1'
};
const here = '127.0.0.1';
const elsewhere = '192.168.1.20';

const ask = (host: string | undefined, remoteAddress: string, settings = {}) => {
	const origin = originOf({ host, remoteAddress }, { ...development, ...settings });
	return origin && `${origin.protocol}://${origin.host}`;
};

describe('in development', () => {
	test.each(['localhost:3000', '127.0.0.1:3000', '[::1]:4000', 'LOCALHOST', 'localhost'])(
		'takes the loopback name %s from this machine',
		(host) => {
			expect(ask(host, here)).toBe(`http://${host}`);
			expect(ask(host, '::1')).toBe(`http://${host}`);
			expect(ask(host, '::ffff:127.0.0.1')).toBe(`http://${host}`);
		}
	);

	test('takes it also when an address is pinned', () => {
		expect(ask('localhost:3000', here, { pinned: 'https://coda.example' })).toBe(
			'http://localhost:3000'
		);
	});

	test.each([
		'evil.test',
		'evil.test:3000',
		'localhost.evil.test',
		'localhost:3000@evil.test',
		'localhost:3000/../evil.test',
		'127.0.0.1.evil.test',
		undefined
	])('does not serve %s', (host) => {
		expect(ask(host, here)).toBeNull();
		expect(ask(host, here, { pinned: 'http://localhost:3000' })).toBeNull();
	});

	test('does not take a loopback name from another machine', () => {
		expect(ask('localhost:9999', elsewhere)).toBeNull();
	});

	describe('when other computers are let in', () => {
		const open = { listenHost: '0.0.0.0' };

		test.each(['192.168.1.5:3000', '192.168.1.5', '[fe80::1]:3000', '192.168.1.5:80'])(
			'takes the address %s',
			(host) => {
				expect(ask(host, elsewhere, open)).toBe(`http://${host}`);
			}
		);

		test('takes the name that it listens on', () => {
			expect(ask('coda.lan:3000', elsewhere, { listenHost: 'coda.lan' })).toBe(
				'http://coda.lan:3000'
			);
		});

		test.each(['evil.test', '192.168.1.5@evil.test', '192.168.1.5.evil.test', '0x7f.1'])(
			'does not take %s',
			(host) => {
				expect(ask(host, elsewhere, open)).toBeNull();
			}
		);
	});
});

describe('in production', () => {
	test.each(['localhost:3000', 'evil.test', '10.0.0.1', undefined])(
		'is asked under its pinned address, whatever the Host %s',
		(host) => {
			const settings = {
				development: false,
				pinned: 'https://coda.example/',
				listenHost: '0.0.0.0'
			};

			expect(ask(host, here, settings)).toBe('https://coda.example');
		}
	);
});
