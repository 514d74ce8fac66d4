import { describe, expect, test } from 'vitest';
import { followMove, MOST_MOVES, relaySources } from './moves.ts';

const named = 'wss://relay.coda.example';

describe('followMove', () => {
	test.each([
		['the same host', named, 'wss://relay.coda.example'],
		['another port of it', named, 'wss://relay.coda.example:8443'],
		['a host below it', named, 'wss://two.relay.coda.example'],
		['a named relay with a path', `${named}/some/path`, 'wss://two.relay.coda.example'],
		['from an open line to an encrypted one', 'ws://relay.lan.example', 'wss://relay.lan.example'],
		['another port of this computer', 'ws://127.0.0.1:3100', 'ws://127.0.0.1:3101'],
		['another name of this computer', 'ws://localhost:3100', 'ws://[::1]:3100']
	])('goes to %s', (_what, from, to) => {
		expect(followMove({ named: from, to, before: 0 })).toBe(to);
	});

	test.each([
		['a stranger', 'wss://evil.example'],
		['whoever has a host beside it', 'wss://other.coda.example'],
		['the host above it', 'wss://coda.example'],
		['a name that only ends like it', 'wss://evilrelay.coda.example'],
		['a name that only begins like it', 'wss://relay.coda.example.evil.example'],
		['a host that hides behind a name', 'wss://relay.coda.example@evil.example'],
		['the host with a password', 'wss://ada:secret@relay.coda.example'],
		['an open line', 'ws://relay.coda.example'],
		['this computer', 'ws://127.0.0.1:3100'],
		['this computer, encrypted', 'wss://localhost'],
		['a machine of the network', 'wss://192.168.1.1'],
		['another protocol', 'https://relay.coda.example'],
		['no address', 'relay'],
		['nothing', '']
	])('goes not to %s', (_what, to) => {
		expect(followMove({ named, to, before: 0 })).toBeUndefined();
	});

	test('goes over no open line but on this computer, whatever the app has named', () => {
		const lan = { named: 'ws://192.168.1.9:3100', to: 'ws://192.168.1.9:3101', before: 0 };
		const below = { named: 'wss://127.0.0.1', to: 'wss://x.127.0.0.1', before: 0 };

		expect(followMove(lan)).toBeUndefined();
		expect(followMove(below)).toBeUndefined();
		expect(followMove({ named: 'wss://localhost', to: 'ws://localhost', before: 0 })).toBe(
			undefined
		);
	});

	test('goes on so often and no more, and takes nothing of an address but its host', () => {
		const move = { named, to: 'wss://two.relay.coda.example/v1/events?ticket=x#y' };

		expect(followMove({ ...move, before: MOST_MOVES - 1 })).toBe('wss://two.relay.coda.example');
		expect(followMove({ ...move, before: MOST_MOVES })).toBeUndefined();
	});
});

test('pages may connect to where a move may lead', () => {
	expect(relaySources(named)).toEqual([
		'wss://relay.coda.example:*',
		'wss://*.relay.coda.example:*'
	]);
	expect(relaySources('ws://127.0.0.1:3100')).toEqual(['ws://127.0.0.1:*']);
	expect(relaySources('ws://localhost:3100')).toEqual(['ws://localhost:*']);
	expect(relaySources('wss://[::1]:3100')).toEqual(['wss://[::1]:*']);
});
