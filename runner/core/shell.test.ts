import { expect, test } from 'vitest';
import { findShell, shellEnvironment } from './shell.ts';

test('a shell gets what a sign-in has, what is listed, and nothing of the runner', () => {
	const env = shellEnvironment(
		{
			HOME: '/home/ada',
			PATH: '/usr/bin',
			LC_ALL: 'de_DE.UTF-8',
			DATABASE_URL: 'postgres://secret',
			npm_config_token: 'secret',
			NODE_OPTIONS: '--import tsx',
			EDITOR: 'vim',
			CODA_RUNNER_DIR: '/private'
		},
		['EDITOR', 'CODA_RUNNER_DIR']
	);

	expect(env).toEqual({
		HOME: '/home/ada',
		PATH: '/usr/bin',
		LC_ALL: 'de_DE.UTF-8',
		EDITOR: 'vim',
		TERM: 'xterm-256color',
		COLORTERM: 'truecolor',
		TERM_PROGRAM: 'Coda'
	});
});

test('without a locale letters beyond ASCII still are one letter each', () => {
	expect(shellEnvironment({}, [])).toMatchObject({ LANG: 'C.UTF-8' });
});

test('a shell that is not there, or is no program, is passed over', () => {
	expect(findShell({ SHELL: '/nowhere/zsh' }, '/nowhere/fish')?.file).toMatch(/sh$/);
	expect(findShell({ SHELL: '/tmp' }, '/etc/passwd')?.file).toMatch(/sh$/);
	expect(findShell({ SHELL: '/bin/sh' }, undefined)).toEqual({ file: '/bin/sh', args: ['-l'] });
});
