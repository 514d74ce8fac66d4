import { expect, test } from 'vitest';
import { scrubbed } from './scrubbing.ts';

const ada = { home: '/home/ada', user: 'ada', host: 'engine.lovelace.lan' };

test.each([
	[
		'a property that is not there',
		"Cannot read properties of undefined (reading 'viewers')",
		'Cannot read properties of undefined (reading viewers)'
	],
	['a name of the code', 'session.turns is not a function', 'session.turns is not a function'],
	[
		'a path in her folder',
		"ENOENT: no such file or directory, open '/home/ada/merger/plan.txt'",
		'ENOENT: no such file or directory, open “…”'
	],
	['the same without quotes', 'Odd: /home/ada/merger/plan.txt', 'Odd: ~/…'],
	['a path elsewhere', 'Odd: /srv/secret-project and C:\\Users\\ada\\x', 'Odd: /…'],
	[
		'a path with blanks',
		'Cannot stat /home/ada/My Projects/secret plan.txt here',
		'Cannot stat ~/…'
	],
	['another with blanks', 'Odd C:\\My Projects\\the plan for two', 'Odd /…'],
	['a file by its name', 'Cannot stat merger.txt', 'Cannot stat [address]'],
	['a program with a blank in its name', 'spawn /home/ada/My Shell/sh ENOENT', 'spawn ENOENT'],
	['a command', 'Command failed: tmux -L coda new -c merger\nno server', 'Command failed'],
	[
		'what she typed, as text',
		`Unexpected token 's', ..."x": secret "plan"... is not valid JSON`,
		'A text is not valid JSON'
	],
	['what stands in quotes', 'Bad title "the merger" of "x" here', 'Bad title "…" here'],
	['half of a quotation', 'Bad title "the merger', 'Bad title "…"'],
	[
		'an address',
		'Odd answer of https://ada:pw@coda.lovelace.lan/x?token=1',
		'Odd answer of [address]'
	],
	[
		'addresses of machines',
		'connect ECONNREFUSED 10.1.2.3:5432 and fe80::1ff:fe23:4567',
		'connect ECONNREFUSED [address] and [address]'
	],
	['a name that is looked up', 'getaddrinfo ENOTFOUND relay.lovelace.lan', 'getaddrinfo ENOTFOUND'],
	[
		'a computer by its name',
		'request to coda.internal.example failed: DNS:internal.corp.example, DNS:10.1.2.3:80',
		'request to [address] failed: DNS:[address], [address]'
	],
	[
		'a version, and a time',
		'Needs Node 22.23.3, v1.2.0-beta.1 in 1.5s',
		'Needs Node 22.23.3, v1.2.0-beta.1 in 1.5s'
	],
	['names of the code', 'this.store.token is not a function', 'this.store.token is not a function'],
	['a setting', 'Bad option --secret=hunter2', 'Bad option --secret [secret]'],
	['a password', 'Refused: password hunter2 of two words', 'Refused: password [secret]'],
	['a key', 'No apiKey: hunter2 was taken', 'No apiKey [secret]'],
	['an e-mail address', 'Of ada@lovelace.example, who', 'Of [e-mail], who'],
	['a token', 'Bad credential Zk3vX9qLr8Tn2Wb6Yp4M', 'Bad credential [token]'],
	['an id', 'No 01933f5e-4d2a-7c11-8f00-2b9f3a6d1e55', 'No [token]'],
	[
		'her and her computer',
		'Ada on ENGINE, engine.lovelace.lan: adapters stay',
		'[person] on [computer], [computer]: adapters stay'
	]
])('of %s nothing is left that is hers', (_what, message, left) => {
	expect(scrubbed(message, ada)).toBe(left);
});

test('a long message is cut, and so is what is looked at', () => {
	const startedAt = performance.now();

	for (const one of ['a', 'a:', '/', "'a", 'spawn ', 'x-1', ' ', '@.', 'a.', 'key ', 'key']) {
		expect(scrubbed(one.repeat(500_000), ada).length).toBeLessThanOrEqual(300);
	}

	expect(performance.now() - startedAt).toBeLessThan(2_000);
});
