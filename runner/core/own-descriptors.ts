import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { environment } from './config.ts';
import type { Program } from './pty.ts';

/** Shells that can close a descriptor whose number has more than one digit. */
const CLOSERS = ['bash', 'ash'];
const FOLDERS = ['/bin', '/usr/bin', '/usr/local/bin'];
const DESCRIPTORS = '/proc/self/fd';

/** Closes what it was given besides input, output and errors, and becomes the program. */
const CLOSE_AND_BECOME = `
for fd in /proc/$$/fd/*; do
	fd=\${fd##*/}
	if [ "$fd" -gt 2 ]; then eval "exec $fd>&-"; fi
done
unset OLDPWD _
# A shell that asks nobody anything forgets its prompt.
if [ -n "$1" ]; then export PS1="$1"; fi
shift
exec "$0" "$@"`;

let closer: string | undefined | null = null;

/** The shell that closes; nothing where the system needs none, or has none. */
export function findCloser(): string | undefined {
	if (closer !== null) return closer;
	const folders = [...FOLDERS, ...(environment.PATH ?? '').split(delimiter).filter(Boolean)];
	const found = CLOSERS.flatMap((name) => folders.map((folder) => join(folder, name))).find(canRun);
	closer = process.platform === 'linux' && existsSync(DESCRIPTORS) ? found : undefined;
	return closer;
}

/**
 * The same program, with no descriptors of the runner's.
 *
 * On Linux node-pty leaves its ends of all terminals open in each new one's program (microsoft/node-pty#657, mended
 * in 1.2): whatever runs in one terminal could type into another, as into the shell of root that somebody has there.
 */
export function withOwnDescriptors(program: Program): Program {
	const shell = findCloser();
	if (shell === undefined) return program;
	const { file, args, env } = program;
	const given = [CLOSE_AND_BECOME, file, env.PS1 ?? '', ...args];
	// -p: no file of commands that the environment names is read before.
	const options = shell.endsWith('bash') ? ['-p'] : [];
	return { ...program, file: shell, args: [...options, '-c', ...given] };
}

function canRun(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		// Not there, or not to be run: the next one is asked.
		return false;
	}
}
