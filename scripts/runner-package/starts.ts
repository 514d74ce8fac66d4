import { readFileSync } from 'node:fs';
import { projectPath } from '../local/project.ts';
import type { Platform } from './native-parts.ts';

/** The oldest Node that runs it, as `package.json` says. */
function oldestNode(): [major: string, minor: string] {
	const { engines } = JSON.parse(readFileSync(projectPath('package.json'), 'utf8')) as {
		engines: { node: string };
	};
	const [, major = '', minor = ''] = /(\d+)\.(\d+)/.exec(engines.node) ?? [];
	return [major, minor];
}

/**
 * Flags of Node that the runner is started with. Output dies young, in large pieces: a small nursery is emptied
 * often, and a third less memory is left after a flood (`pnpm bench:relay`).
 */
export const NODE_FLAGS = ['--max-semi-space-size=2'];

const UNIX = (wanted: string) => `#!/bin/sh
# Starts the runner, also through a link to this file.
file=$0
while [ -h "$file" ]; do
	target=$(readlink "$file")
	case $target in
		/*) file=$target ;;
		*) file=$(dirname "$file")/$target ;;
	esac
done
here=$(CDPATH= cd -- "$(dirname -- "$file")" && pwd -P) || exit 1
if ! command -v node >/dev/null 2>&1; then
	echo "coda-runner needs Node ${wanted} or newer, and finds no Node here. Get it at https://nodejs.org." >&2
	exit 1
fi
exec node ${NODE_FLAGS.join(' ')} "$here/lib/start.cjs" "$@"
`;

const WINDOWS = (wanted: string) => `@echo off
where node >nul 2>nul
if errorlevel 1 (
	echo coda-runner needs Node ${wanted} or newer, and finds no Node here. Get it at https://nodejs.org. 1>&2
	exit /b 1
)
node ${NODE_FLAGS.join(' ')} "%~dp0lib\\start.cjs" %*
`;

/** What is read first, by any Node: whatever an old one would not understand is in another file. */
const CHECK = (major: string, minor: string) => `'use strict';
var has = process.versions.node.split('.').map(Number);
if (has[0] > ${major} || (has[0] === ${major} && has[1] >= ${minor})) {
	require('./run.cjs');
} else {
	console.error(
		'coda-runner needs Node ${major}.${minor} or newer. Here is ' +
			process.versions.node + ', at ' + process.execPath + '. Get a newer one at https://nodejs.org.'
	);
	process.exitCode = 1;
}
`;

const RUN = `'use strict';
import('./coda-runner.mjs');
`;

/** The files that start the runner, by their paths: for a person, and for any Node. */
export function startFiles(platform: Platform): { path: string; text: string; runs?: boolean }[] {
	const [major, minor] = oldestNode();
	const wanted = `${major}.${minor}`;
	const start = platform.startsWith('win32')
		? { path: 'coda-runner.cmd', text: WINDOWS(wanted).replaceAll('\n', '\r\n') }
		: { path: 'coda-runner', text: UNIX(wanted), runs: true };
	return [
		start,
		{ path: 'lib/start.cjs', text: CHECK(major, minor) },
		{ path: 'lib/run.cjs', text: RUN }
	];
}

/** What somebody reads who has unpacked it. */
export function readMe(platform: Platform, version: string): string {
	const command = platform.startsWith('win32') ? 'coda-runner' : './coda-runner';
	const tried =
		platform === 'linux-x64'
			? 'Every release is tried on this system.'
			: 'This package was assembled for this system, and has not been tried on it.';
	return `The runner of Coda, version ${version}, for ${platform}. ${tried}

It needs Node ${oldestNode().join('.')} or newer. In this folder:

  ${command} doctor --server https://coda.example
  ${command} pair --server https://coda.example
  ${command} start

It may lie anywhere, and be linked to from anywhere. Whose work is in it: LICENSE and NOTICES.txt.
`;
}
