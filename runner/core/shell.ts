import { accessSync, constants, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';

type Environment = Record<string, string | undefined>;

/** What every shell gets of the runner's own environment. Anything else only where its owner lists it. */
const PASSED_ON =
	/^(HOME|USER|LOGNAME|SHELL|PATH|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|DISPLAY|WAYLAND_DISPLAY|XDG_[A-Z_]+|SSH_AUTH_SOCK|USERPROFILE|USERNAME|USERDOMAIN|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES.*|SYSTEMROOT|SYSTEMDRIVE|WINDIR|TEMP|TMP|PATHEXT|COMSPEC|COMPUTERNAME|PROCESSOR_ARCHITECTURE|NUMBER_OF_PROCESSORS)$/i;
/** Never, even where somebody lists it: it belongs to the runner. */
const OWN = /^CODA_/i;

/**
 * The environment of a shell: what a sign-in at this computer has, what the owner passes on by name, and what
 * kind of terminal this is. The runner's secrets are no part of it.
 */
export function shellEnvironment(
	environment: Environment,
	passOn: readonly string[]
): Record<string, string> {
	const listed = new Set(passOn);
	const kept = Object.entries(environment).filter(
		(entry): entry is [string, string] =>
			entry[1] !== undefined &&
			!OWN.test(entry[0]) &&
			(PASSED_ON.test(entry[0]) || listed.has(entry[0]))
	);
	const env = Object.fromEntries(kept);
	const hasLocale = Boolean(env.LC_ALL || env.LC_CTYPE || env.LANG);
	return {
		...env,
		// Without a locale programs take every letter beyond ASCII for several.
		...(hasLocale || process.platform === 'win32' ? {} : { LANG: 'C.UTF-8' }),
		TERM: 'xterm-256color',
		COLORTERM: 'truecolor',
		TERM_PROGRAM: 'Coda'
	};
}

/** The shell: the one that was chosen, the person's own, or what every system has. */
export function findShell(
	environment: Environment,
	chosen: string | undefined
): { file: string; args: string[] } | undefined {
	if (process.platform === 'win32') {
		return { file: chosen ?? environment.COMSPEC ?? 'cmd.exe', args: [] };
	}
	const { shell } = userInfo();
	const file = [chosen, environment.SHELL, shell, '/bin/bash', '/bin/sh'].find(
		(one) => one && isAbsolute(one) && canRun(one)
	);
	return file ? { file, args: ['-l'] } : undefined;
}

function canRun(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		// A folder may be "run", too.
		return statSync(file).isFile();
	} catch {
		// Not there, or not to be run: the next one is asked.
		return false;
	}
}
